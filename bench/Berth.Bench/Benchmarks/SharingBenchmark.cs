using Berth.Bench.Material;
using Berth.Bench.Peers;
using Berth.Bench.Results;

namespace Berth.Bench.Benchmarks;

/// <summary>B6: what a thousand users with five plugins in two versions cost, beside a copy of the files for each of them.</summary>
internal sealed class SharingBenchmark : IBenchmark
{
    private const int Plugins = 5;
    private static readonly string[] Versions = ["1.0.0", "1.1.0"];

    public async Task<IReadOnlyList<BenchResult>> RunAsync(BenchRun run)
    {
        var count = run.IsQuick ? 100 : 1_000;
        using var server = await ServerProcess.StartAsync(run.NewFolder("server"));
        var client = server.Client;
        await WarmAsync(client, run.IsQuick ? 50 : 300);
        var before = await client.StatsAsync();

        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (slug, version) in All)
        {
            var files = Packages.Files(43, 8 * 1024, seed: slug[^1] + version[2]);
            await client.PublishAsync(Packages.FullStack(slug, version, files));
            sizes[slug + version] = files.Sum(file => (long)file.Content.Length) + new FileInfo(Packages.EchoAssembly(version)).Length
                + Packages.Manifest(slug, version, withCode: true).Length;
        }

        var users = await client.CreateUsersAsync(count);
        // Each user has every plugin; every other user is on the other version.
        var installations = users.SelectMany((user, i) => Enumerable.Range(0, Plugins).Select(p => (User: user, Slug: SlugOf(p), Version: Versions[(i + p) % 2]))).ToList();
        var installs = await Callers.RunAsync(installations, one => client.InstallAsync(one.User, one.Slug, one.Version));
        await Callers.RunAsync([.. installations.Take(count)], async one =>
        {
            if (await client.CallAsync(one.User, $"/p/{one.Slug}/version") != one.Version)
                throw new InvalidOperationException($"{one.Slug} did not answer with the caller's version {one.Version}.");
        });

        var after = await client.StatsAsync();
        var copies = installations.Sum(one => sizes[one.Slug + one.Version]);
        var storage = after.GetProperty("storage");
        var own = (storage.GetProperty("shared_bytes").GetInt64() + storage.GetProperty("user_metadata_bytes").GetInt64()) / 1e6;
        var instances = after.GetProperty("managers").GetProperty("active").GetInt32();
        var memory = (ProcessBytes(after) - ProcessBytes(before)) / 1e6;
        var managed = (after.GetProperty("memory").GetProperty("managed_bytes").GetInt64() - before.GetProperty("memory").GetProperty("managed_bytes").GetInt64()) / 1e6;
        var work = $"{count:#,0} users × {Plugins} plugins × {Versions.Length} versions, each called by several users";
        // One of the instances is the warm-up's.
        return
        [
            Bound("b6-instances", $"{work}: instances", "instances", instances - 1, new Goal(Plugins * Versions.Length, IsUpper: true)) with
            {
                Peer = new Measured(installations.Count) { Name = "one for each installation" },
                Ratio = (instances - 1) / (double)installations.Count,
            },
            Bound("b6-memory", "added memory of the server", "MB", memory, new Goal(25, IsUpper: true), $"resident set, garbage not yet collected included; managed heap {managed:+0.0;-0.0} MB; {installs.Value:#,0} installs/s over HTTP meanwhile."),
            new BenchResult
            {
                Id = "b6-disk", Work = "disk: shared store with its compressed variants, and the users' records", Unit = "MB", Berth = new Measured(own),
                Peer = new Measured(copies / 1e6) { Name = "a copy for each installation (computed)" }, Ratio = own / (copies / 1e6), Goal = "≤ 0.02",
                // Ten versions among a hundred users cannot save as much as among a thousand.
                Met = run.IsQuick ? null : own / (copies / 1e6) <= 0.02,
                Note = $"saved {100 * (1 - (own * 1e6 / copies)):0.00} %. The server's own unshared_equivalent_bytes says {storage.GetProperty("unshared_equivalent_bytes").GetInt64() / 1e6:0.0} MB, the warm-up's installations included.",
            },
        ];
    }

    private static IEnumerable<(string Slug, string Version)> All => Enumerable.Range(0, Plugins).SelectMany(p => Versions.Select(version => (SlugOf(p), version)));

    private static string SlugOf(int plugin) => $"Desk{plugin}";

    /// <summary>Lets the server compile and fill its pools on another plugin, so that what is added afterwards belongs to the work.</summary>
    private static async Task WarmAsync(BerthClient client, int count)
    {
        await client.PublishAsync(Packages.FullStack("Warm", "1.0.0", Packages.Files(43, 8 * 1024, seed: 6)));
        var users = await client.CreateUsersAsync(count);
        await Callers.RunAsync(users, user => client.InstallAsync(user, "Warm", "1.0.0"));
        await Callers.RunAsync(users, user => client.CallAsync(user, "/p/Warm/version"));
    }

    private static long ProcessBytes(System.Text.Json.JsonElement stats) => stats.GetProperty("memory").GetProperty("process_bytes").GetInt64();

    private static BenchResult Bound(string id, string work, string unit, double value, Goal goal, string? note = null) =>
        new() { Id = id, Work = work, Unit = unit, Berth = new Measured(value), Goal = goal.ToString(), Met = goal.IsMetBy(value), Note = note };
}
