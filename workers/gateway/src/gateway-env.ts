import type { Identity, Principal } from "@aarohan/contract";
import type { Tenant, View } from "@aarohan/programme";
import type { AccessRecord } from "./access-record.ts";
import type { Services } from "./services.ts";

/** What the steps of the pipeline hand on, by the step that sets it. */
export interface GatewayEnv {
  Bindings: Env;
  Variables: {
    /** trace: a UUID of our own; a client's is not taken over. */
    requestId: string;
    services: Services;
    /** authenticate: the Authorization header, or that of the browser's session. */
    authorization: string | undefined;
    /** authenticate: who asks. */
    identity: Identity;
    /** record. */
    record: AccessRecord;
    /** authorise: in which role, and how that role sees the data. */
    principal: Principal;
    view: View;
    tenant: Tenant;
  };
}
