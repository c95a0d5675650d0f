/**
 * Reports from the first screen to the last, from inside the page: for browsers that tests can only
 * hand a script. Evaluates to a promise of nothing; what went wrong stands in the page's title.
 */
(async (canary, unit) => {
  const screen = () => document.querySelector("[data-screen]:not([hidden])");
  const until = async (what) => {
    for (const end = Date.now() + 50_000; !what(); ) {
      if (Date.now() > end) throw new Error(`stuck at ${screen()?.dataset.screen}: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const at = (name) => until(() => screen()?.dataset.screen === name);
  const field = (name) => document.forms[0].elements.namedItem(name);
  const write = (name, text) => {
    field(name).value = text;
    field(name).dispatchEvent(new Event("input", { bubbles: true }));
  };
  const onward = () => screen().querySelector("button[type=submit]").click();
  const steps = {
    mode: () => (field("mode").value = "confidential"),
    kind: () => (field("kind").value = "levy"),
    duty: () => (field("duty").value = "on"),
    when: () => (field("when").value = "ongoing"),
    where: () => write("where", `Loket ${canary}`),
    who: () => write("who", `Bripka ${canary}`),
    unit: () => (field("unit").value = unit),
    story: () => write("story", `Ia meminta uang kepada banyak orang. ${canary}`),
    files: async () => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 200 });
      canvas.getContext("2d").fillRect(0, 0, 150, 200);
      const picture = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
      const given = new DataTransfer();
      given.items.add(new File([picture], `${canary}.png`, { type: "image/png" }));
      given.items.add(new File([`%PDF ${canary}`], `${canary}.pdf`, { type: "application/pdf" }));
      field("files").files = given.files;
      field("files").dispatchEvent(new Event("change"));
      await until(() => document.querySelectorAll('[data-slot="picked"] li').length === 2);
      document.querySelector('[data-slot="picked"] input').click();
      await until(() => !document.querySelector('[data-slot="cleaning"]').textContent);
    },
    identity: () => {
      write("name", `Ratna ${canary}`);
      write("contact", `${canary}@contoh.example`);
    },
    check: () => undefined,
    code: () => {
      const words = [...document.querySelectorAll('[data-slot="words"] li')].map((one) => one.textContent);
      steps.again = () => {
        write("third", words[2]);
        write("sixth", words[5]);
      };
    },
    again: () => undefined,
  };
  try {
    await at("danger");
    document.querySelector('[data-danger="no"]').click();
    for (const name of Object.keys(steps)) {
      await at(name);
      await steps[name]();
      onward();
    }
    await at("done");
    document.title = "done";
  } catch (problem) {
    document.title = String(problem);
  }
})
