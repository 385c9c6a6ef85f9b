import "./tokens.css";
import "./page.css";
import { render } from "preact";
import { Page } from "./page.tsx";
import { watchStatus } from "./status.ts";

const root = document.getElementById("page");
if (root === null) throw new Error("index.html has no #page");
render(<Page />, root);
watchStatus();
