using System.Diagnostics;

namespace Berth.Server.Tests.Kills;

/// <summary>
/// Kills a real server at random moments while clients install, update, roll back, uninstall, switch and write, starts
/// it again, and compares what it shows with what it had acknowledged.
/// </summary>
public static class KillRun
{
    /// <summary>A plugin with a lifecycle manager, data and two versions.</summary>
    public const string WithCode = "Notes";

    /// <summary>A plugin whose installation is one transaction.</summary>
    public const string FrontEndOnly = "Clock";

    /// <summary>A plugin that brings its dependency along.</summary>
    public const string Dependent = "Deck";

    /// <summary>What it needs.</summary>
    public const string Dependency = "Dial";

    public static readonly string[] Slugs = [WithCode, FrontEndOnly, Dependent];

    private const int Clients = 16;
    private const int UsersOfAClient = 3;

    /// <summary>Runs. Every difference is in the report; nothing is thrown for one.</summary>
    /// <param name="assembly">The server's assembly.</param>
    /// <param name="data">An empty folder.</param>
    /// <param name="database"><c>sqlite</c> or a PostgreSQL connection string of an empty database.</param>
    /// <param name="packages">The packages of the plugin with code, in both versions.</param>
    /// <param name="kills">How often the server is killed.</param>
    /// <param name="seed">Of the moments and of what the clients do.</param>
    /// <param name="say">Is told each kill.</param>
    public static async Task<KillReport> RunAsync(string assembly, string data, string database, IEnumerable<byte[]> packages, int kills, int seed, Action<string>? say = null)
    {
        var random = new Random(seed);
        var server = await KillTarget.StartAsync(assembly, data, database);
        try
        {
            var users = await PrepareAsync(server, packages);
            var clients = users.Chunk(UsersOfAClient).Select((own, i) => new KillClient(own, new Random(seed + i + 1))).ToList();
            List<string> differences = [];
            List<TimeSpan> recoveries = [];
            for (var kill = 1; kill <= kills; kill++)
            {
                var answered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                var work = clients.Select(client => client.WorkAsync(server, () => answered.TrySetResult())).ToList();
                // Every other kill may hit a server that has answered nothing yet. The rest count from the first answer, or a slow
                // machine would be killed before it has acknowledged anything.
                var moment = MomentAsync(kill % 2 == 0 ? answered.Task : Task.CompletedTask, TimeSpan.FromMilliseconds(random.Next(40, 1_200)));
                // A client that ends before the kill found something that no kill explains.
                var early = await Task.WhenAny([moment, .. work]);
                await server.KillAsync();
                await Task.WhenAll(work);
                if (early != moment)
                    differences.Add("A client lost its connection before the server was killed.");

                var gone = Stopwatch.GetTimestamp();
                await server.DisposeAsync();
                server = await KillTarget.StartAsync(assembly, data, database);
                using (var admin = server.Client(KillTarget.AdminToken))
                    (await admin.GetAsync("/health/ready")).EnsureSuccessStatusCode();
                recoveries.Add(Stopwatch.GetElapsedTime(gone));

                foreach (var found in await Task.WhenAll(clients.Select(client => client.CompareAsync(server))))
                    differences.AddRange(found.Select(difference => $"kill {kill}: {difference}"));
                say?.Invoke($"kill {kill}: {clients.Sum(client => client.Acknowledged)} acknowledged, {clients.Sum(client => client.CutOff)} cut off, {differences.Count} differences");
            }

            return new KillReport(
                kills, seed, clients.Sum(client => client.Acknowledged), clients.Sum(client => client.CutOff), clients.Sum(client => client.CutOffButDone),
                differences, await DoctorAsync(server), recoveries);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    private static async Task MomentAsync(Task begin, TimeSpan delay)
    {
        await begin;
        await Task.Delay(delay);
    }

    /// <summary>What <c>berth doctor</c> finds on the running server. Notes are what the next cleanup takes by itself.</summary>
    private static async Task<IReadOnlyList<string>> DoctorAsync(KillTarget server)
    {
        using var admin = server.Client(KillTarget.AdminToken);
        using var response = await admin.PostAsync("/api/v1/plugins/system/doctor", null);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            return [$"The doctor did not come: {(int)response.StatusCode} {text}"];
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 || JsonDocument.Parse(lines[^1]).RootElement.GetProperty("type").GetString() != "result"
            ? [$"The doctor did not end: {text}"]
            : [.. lines.Where(line => JsonDocument.Parse(line).RootElement is var one && one.GetProperty("type").GetString() == "finding" && one.GetProperty("severity").GetString() != "note")];
    }

    private static async Task<IReadOnlyList<KillUser>> PrepareAsync(KillTarget server, IEnumerable<byte[]> packages)
    {
        using var admin = server.Client(KillTarget.AdminToken);
        foreach (var package in packages.Concat(KillPackages.All()))
        {
            using var form = new MultipartFormDataContent { { new ByteArrayContent(package), "plugin", "package.berth" } };
            using var published = await admin.PostAsync(new Uri(server.Registry, "/api/v1/plugins"), form);
            published.EnsureSuccessStatusCode();
        }

        using var made = await admin.PostAsJsonAsync("/api/v1/admin/users/bulk", new { count = Clients * UsersOfAClient });
        var lines = (await made.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement).Select(user => new KillUser(user.GetProperty("id").GetString()!, user.GetProperty("token").GetString()!))];
    }
}

/// <summary>How a run of kills ended.</summary>
/// <param name="Kills">How often the server was killed.</param>
/// <param name="Seed">To run the same again.</param>
/// <param name="Acknowledged">Requests that were answered with success.</param>
/// <param name="CutOff">Requests that a kill cut off.</param>
/// <param name="CutOffButDone">Of those, how many had happened wholly.</param>
/// <param name="Differences">Acknowledged and lost, half done, or not healthy: must be empty.</param>
/// <param name="Findings">What the doctor finds at the end: must be empty.</param>
/// <param name="Recoveries">From each kill until the next process is ready.</param>
public sealed record KillReport(
    int Kills, int Seed, int Acknowledged, int CutOff, int CutOffButDone,
    IReadOnlyList<string> Differences, IReadOnlyList<string> Findings, IReadOnlyList<TimeSpan> Recoveries);
