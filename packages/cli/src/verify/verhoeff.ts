/** Tables of Verhoeff's check digit: the dihedral group of order 10, and the permutation by position. */
const PRODUCT = [
  "0123456789",
  "1234067895",
  "2340178956",
  "3401289567",
  "4012395678",
  "5987604321",
  "6598710432",
  "7659821043",
  "8765932104",
  "9876543210",
];
const PERMUTATION = [
  "0123456789",
  "1576283094",
  "5803796142",
  "8916043527",
  "9453126870",
  "4286573901",
  "2793806415",
  "7046913258",
];

/** True for a text of digits whose last one is Verhoeff's check digit of the others, as in an Aadhaar number. */
export function hasVerhoeffCheckDigit(digits: string): boolean {
  let check = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const permuted = Number(PERMUTATION[index % 8]?.[digit]);
    check = Number(PRODUCT[check]?.[permuted]);
  }
  return check === 0 && digits.length > 0;
}
