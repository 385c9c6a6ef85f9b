/** A policy that cannot be used: names the policy, the place in it and the problem. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  /** `resources.Patient.birthDate`, `types.Quantity.value`. */
  readonly place: string;
  constructor(policy: string, place: string, problem: string) {
    super(`policy ${policy}: ${place} ${problem}`);
    this.place = place;
  }
}
