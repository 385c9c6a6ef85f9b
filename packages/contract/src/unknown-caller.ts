/**
 * Response header by which the downloads worker tells the gateway that its caller is not known, and by which code it was refused:
 * the gateway counts that by address. No client sees it.
 */
export const UNKNOWN_CALLER_HEADER = "Aarohan-Unknown-Caller";
