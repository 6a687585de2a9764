// Numbers in words as digits: 三十九度二, 一百零二, thirty-nine point two.

export function readNumerals({ numerals }) {
  const all = (source) => new RegExp(source, "g");
  return {
    digits: numerals.han_digits,
    tens: numerals.latin_tens,
    units: numerals.latin_units,
    two: all(numerals.han_two ?? "(?!)"),
    han: all(numerals.han_number),
    latin: all(numerals.latin_number),
    half: all(numerals.half_degree),
    point: all(numerals.whole_point),
  };
}

/** A folded text with its numbers in digits. */
export function inDigits(text, ready) {
  return ` ${text.replace(ready.two, "$1 ").replace(ready.han, (said) => han(said, ready.digits))}`
    .replace(ready.latin, (...found) => latin(found, ready))
    .slice(1)
    .replace(ready.half, (_, whole, part) => `${whole}.${part === "半" ? "5" : part}度`)
    .replace(ready.point, "$1.$2");
}

/** 三十八 as 38, 一百零二 as 102, 一百二 as 120, 三八 as 38. */
function han(spoken, digits) {
  const said = Array.from(spoken.replace(/零/g, "〇").replace(/两/g, "二"));
  if (!said.includes("百") && !said.includes("十")) {
    return said.map((char) => digits.indexOf(char)).join("");
  }
  let number = 0;
  let unit = -1;
  for (const char of said) {
    if (digits.includes(char)) {
      unit = digits.indexOf(char);
    } else {
      number += (unit < 0 ? 1 : unit) * (char === "百" ? 100 : 10);
      unit = -1;
    }
  }
  const tens = said[said.length - 2] === "百" && unit > 0 ? 10 : 1;
  return String(number + Math.max(unit, 0) * tens);
}

function latin([whole, before, hundred, one, tens, unit, alone, part], ready) {
  if (!tens && !hundred && !one) return whole;
  const number = (hundred || one ? 100 : 0) + (ready.tens[tens] ?? 0)
    + (ready.units[unit || alone] ?? 0);
  return `${before}${number}${part ? `.${ready.units[part]}` : ""}`;
}
