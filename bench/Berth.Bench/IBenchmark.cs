using Berth.Bench.Results;

namespace Berth.Bench;

/// <summary>One benchmark with its peer.</summary>
internal interface IBenchmark
{
    /// <summary>Measures. Ends every process it started and leaves nothing outside the run's folder.</summary>
    Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run);
}

/// <summary>A peer is missing on this machine: the line says so and has no ratio.</summary>
internal sealed class PeerMissingException(string message) : Exception(message);
