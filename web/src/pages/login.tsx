import { useState } from "preact/hooks";
import { ApiError, apiUrl, needsLogin, request } from "../api/client";
import { rememberLogin } from "../state/settings";
import { Logo } from "../ui/icons";

/// For a server with tokens: the token goes into a cookie that scripts cannot read.
export function Login() {
  const [token, setToken] = useState("");
  const [trouble, setTrouble] = useState("");
  const enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    try {
      await request(apiUrl("login"), { method: "POST", json: { token: token.trim() } });
      rememberLogin(true);
      needsLogin.value = false;
      // Everything is asked for again, as who we are now.
      window.location.reload();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setTrouble(error.status === 401 || error.status === 403 ? "This token is not known here." : error.detail || error.title);
    }
  };
  return (
    <main class="login">
      <form class="card" onSubmit={(event) => void enter(event)}>
        <h1><Logo />Tidings</h1>
        <p>This server shows its events to those who have a token with the scope <code>query</code>.</p>
        <label>Token<input type="password" name="token" autocomplete="current-password" value={token} required ref={(field) => field?.focus()}
          aria-invalid={trouble !== ""} aria-describedby="login-trouble" onInput={(e) => setToken(e.currentTarget.value)} /></label>
        <p id="login-trouble" class="wrong-text" role="alert">{trouble}</p>
        <button type="submit" class="button primary">Enter</button>
        <p class="hint"><code>tidings token create</code> on the server makes one.</p>
      </form>
    </main>
  );
}
