import type { Random } from "./random.ts";

/** Multiplication in the dihedral group D5, of which the Verhoeff scheme is made. */
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
const INVERSE = "0432156789";

/** The check digit that Verhoeff's scheme appends to these digits. */
export function verhoeffDigit(digits: string): string {
  return INVERSE.charAt(checksum(`${digits}0`));
}

/** True for digits that end in their own Verhoeff check digit. */
export function isVerhoeffValid(digits: string): boolean {
  return /^\d+$/.test(digits) && checksum(digits) === 0;
}

function checksum(digits: string): number {
  let sum = 0;
  for (const [place, digit] of [...digits].reverse().entries()) {
    const permuted = Number(PERMUTATION[place % 8]?.charAt(Number(digit)));
    sum = Number(PRODUCT[sum]?.charAt(permuted));
  }
  return sum;
}

/** Twelve digits in the shape of an Aadhaar number, checksum included; no real number is known to it. */
export function aadhaarNumber(random: Random): string {
  const digits = `${random.integer(2, 9)}${random.digits(10)}`;
  return digits + verhoeffDigit(digits);
}

/** Fourteen digits in the shape of an ABHA number. */
export function abhaNumber(random: Random): string {
  return `91${random.digits(12)}`;
}

/** Ten characters in the shape of a person's PAN (`P` in the fourth place). */
export function panNumber(random: Random): string {
  const letters = "ABCDEFGHJKLMNPRSTUVWXYZ".split("");
  const three = Array.from({ length: 3 }, () => random.pick(letters)).join("");
  return `${three}P${random.pick(letters)}${random.digits(4)}${random.pick(letters)}`;
}

/** Ten digits of a mobile number, as the registration form demands them. */
export function mobileNumber(random: Random): string {
  return `${random.integer(6, 9)}${random.digits(9)}`;
}
