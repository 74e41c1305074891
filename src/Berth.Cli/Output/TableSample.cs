namespace Berth.Cli.Output;

/// <summary>A table at one moment.</summary>
/// <param name="Output">The object of <c>--json</c>.</param>
/// <param name="Rows">The rows for people.</param>
internal sealed record TableSample(JsonOutput Output, IReadOnlyList<IReadOnlyList<string>> Rows);
