// The steps that the benchmark's tasks are made of, as durable steps of a Restate service: each gives back what it
// was given, and the next one begins once that is in Restate's journal.
import * as restate from "@restatedev/restate-sdk";

const echo = (ctx, name, input) => ctx.run(name, () => input);

const steps = restate.service({
  name: "steps",
  handlers: {
    one: (ctx, input) => echo(ctx, "one", input),
    three: async (ctx, input) => {
      const first = await echo(ctx, "one", input);
      const second = await echo(ctx, "two", first);
      return echo(ctx, "three", second);
    },
  },
});

restate.serve({ services: [steps], port: Number(process.argv[2]) });
