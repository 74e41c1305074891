using Berth.Hostile.Tests.Range;

// Started by RangeProcess; the test runner loads the assembly and never comes by here.
return await RangeProgram.RunAsync(args);
