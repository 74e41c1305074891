using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;
using Berth.Packaging.Archive;

namespace Berth.Bench.Benchmarks;

/// <summary>B4: publish a package of 100 KB with every check, eight at once, beside Verdaccio.</summary>
internal sealed class PublishBenchmark : IBenchmark
{
    private const int Publishers = 8;

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        using var verdaccio = await Verdaccio.StartAsync(run);
        using var server = await ServerProcess.StartAsync(run.NewFolder("server"));
        var count = run.IsQuick ? 200 : 1_000;
        var made = 0;
        await Callers.RunAsync(Ours(count), server.Client.PublishAsync, Publishers);
        await Callers.RunAsync(Theirs(count), document => verdaccio.SendAsync(document.Name, document.Bytes), Publishers);
        var pairs = new Pairs();
        for (var i = 0; i < run.Rounds; i++)
        {
            // Made before the clock runs.
            var (ours, theirs) = (Ours(count), Theirs(count));
            pairs.Add(
                await Callers.RunAsync(ours, server.Client.PublishAsync, Publishers),
                await Callers.RunAsync(theirs, document => verdaccio.SendAsync(document.Name, document.Bytes), Publishers));
        }

        return
        [
            BenchResult.Of("b4", $"publish a package of {Package("Sample").Length / 1024} KB with every check, durable, {Publishers} at once", "packages/s", pairs, Verdaccio.Name, new Goal(1.0),
                $"p50 {pairs.Ours.P50Ms} ms, p95 {pairs.Ours.P95Ms} ms; the peer p50 {pairs.Theirs.P50Ms} ms, p95 {pairs.Theirs.P95Ms} ms. A new plugin each time, on both sides."),
        ];

        List<byte[]> Ours(int many) => [.. Enumerable.Range(0, many).Select(_ => Package($"Sample{++made}"))];

        List<(string Name, byte[] Bytes)> Theirs(int many) => [.. Enumerable.Range(0, many).Select(_ => $"sample{++made}").Select(name => (name, Verdaccio.Document(name, Package(name))))];
    }

    /// <summary>An assembly, eight modules of JavaScript, and a readme.</summary>
    private static byte[] Package(string slug) => Packages.FullStack(slug, "1.0.0",
    [
        .. Enumerable.Range(0, 8).Select(i => new PackageInput(i == 0 ? Packages.Entry : $"dist/chunk-{i}.js", Scripts.Module(45 * 1024, i))),
        new PackageInput("README.md", "# Sample\n\nMade for a benchmark.\n"u8.ToArray()),
    ]);
}
