// How dangerous an entry is, and which tiers page a person: the phone's copy of the server's
// `Tier`.

export const TIERS = ["routine", "same_day", "urgent", "emergency"];
const PAGING = ["urgent", "emergency"];

/** 0 for routine up to 3 for emergency; -1: there is no tier. */
export const rank = (tier) => TIERS.indexOf(tier);
export const isPaged = (tier) => PAGING.includes(tier);
