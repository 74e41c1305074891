using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary>What a command would have done that was asked to change nothing, where the server is not asked for a plan.</summary>
internal sealed record DryRunOutput(string Would, bool DryRun = true) : JsonOutput;
