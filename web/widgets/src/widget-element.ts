import type { GetToken } from "./embed-token.ts";

/** What draws into an element, and is told of each change of its attributes. */
export interface MountedWidget {
  update(): void;
  unmount(): void;
}

export type MountWidget = (element: WidgetElement, root: ShadowRoot) => MountedWidget;

const ATTRIBUTES = ["gateway", "measure", "region", "period", "tenant", "private", "lang", "theme"];

/** The gateway that this script came from. */
const OWN_GATEWAY = new URL(import.meta.url).origin;

/** Until it is drawn, so that nothing moves then. */
const ROOM = new CSSStyleSheet();
ROOM.replaceSync(":host { display: block; min-height: 15rem; }");

/**
 * An element that shows one figure of the programme. What draws it is loaded when the element comes into a page; until then there
 * is nothing but room for it.
 */
export abstract class WidgetElement extends HTMLElement {
  static readonly observedAttributes = ATTRIBUTES;

  readonly #root = this.attachShadow({ mode: "open" });
  #getToken: GetToken | undefined;
  #mounted: MountedWidget | undefined;

  /** Asks the page's server for a token of a private widget; called before each expiry. */
  get getToken(): GetToken | undefined {
    return this.#getToken;
  }

  set getToken(getToken: GetToken | undefined) {
    this.#getToken = getToken;
    this.#mounted?.update();
  }

  get gateway(): string {
    return URL.parse(this.getAttribute("gateway") ?? "")?.origin ?? OWN_GATEWAY;
  }

  protected abstract load(): Promise<MountWidget>;

  connectedCallback(): void {
    if (this.#mounted === undefined) this.#root.adoptedStyleSheets = [ROOM];
    this.#takeEarlierToken();
    void this.#mount();
  }

  disconnectedCallback(): void {
    this.#mounted?.unmount();
    this.#mounted = undefined;
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before !== now) this.#mounted?.update();
  }

  async #mount(): Promise<void> {
    const mount = await this.load();
    if (this.isConnected) this.#mounted ??= mount(this, this.#root);
  }

  /** A page may have set it before this script was there: then it stands on the element, in front of ours. */
  #takeEarlierToken(): void {
    const earlier = Object.getOwnPropertyDescriptor(this, "getToken")?.value;
    if (typeof earlier !== "function") return;
    Reflect.deleteProperty(this, "getToken");
    this.getToken = earlier;
  }
}
