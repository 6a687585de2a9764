// How dangerous an entry is, and which of the tiers page a person: the phone's copy of
// `Tier`, which the server has in one place too.

export const TIERS = ["routine", "same_day", "urgent", "emergency"];
const PAGING = ["urgent", "emergency"];

/** 0 for routine up to 3 for emergency; -1 where there is none. */
export const rank = (tier) => TIERS.indexOf(tier);
export const isPaged = (tier) => PAGING.includes(tier);
