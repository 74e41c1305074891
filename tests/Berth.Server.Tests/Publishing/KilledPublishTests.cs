using System.Security.Cryptography;
using Berth.Server.Tests.Kills;

namespace Berth.Server.Tests.Publishing;

/// <summary>kill -9 of a real server while clients publish; whatever was answered with success is there after the next start.</summary>
public sealed class KilledPublishTests(Xunit.Abstractions.ITestOutputHelper output)
{
    private const int Clients = 12;
    private const int Kills = 2;

    [Fact]
    public async Task R66_No_acknowledged_upload_is_lost_and_none_is_visible_without_its_verdicts()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TestFolder();
        var uploads = new List<Upload>();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var server = await KillTarget.StartAsync(ServerProcess.ServerAssembly, folder.Path, "sqlite");
            // In the middle of the work, however fast the machine is: after so many answers.
            using var enough = new CountdownEvent(random.Next(20, 60));
            var work = Enumerable.Range(0, Clients).Select(client => UploadAsync(server, $"K{kill}c{client:00}", client % 2 == 0, enough)).ToList();
            (await Task.Run(() => enough.Wait(TimeSpan.FromMinutes(2)))).ShouldBeTrue();
            await server.KillAsync();
            foreach (var done in await Task.WhenAll(work))
                uploads.AddRange(done);
        }

        await using var last = await KillTarget.StartAsync(ServerProcess.ServerAssembly, folder.Path, "sqlite");
        using var registry = last.Client(KillTarget.AdminToken);
        registry.BaseAddress = last.Registry;
        uploads.Count(upload => upload.IsAcknowledged).ShouldBeGreaterThan(10);
        var lost = 0;
        foreach (var upload in uploads)
        {
            if (upload.IsAcknowledged)
            {
                await Eventually.TrueAsync(async () => (await registry.GetAsync(upload.Path)).StatusCode == HttpStatusCode.OK, $"{upload.Path} comes back");
            }
            else
            {
                // The client that lost its answer sends the same bytes: published now, before, or by the operation that goes on.
                using var again = await registry.PutAsync(upload.Path, new ByteArrayContent(upload.Package));
                ((int)again.StatusCode).ShouldBeOneOf(200, 201, 202);
                await Eventually.TrueAsync(async () => (await registry.GetAsync(upload.Path)).StatusCode == HttpStatusCode.OK, $"{upload.Path} comes back");
                lost++;
            }

            var record = await registry.GetFromJsonAsync<JsonElement>(upload.Path);
            record.GetProperty("digest").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(upload.Package)));
            record.GetProperty("stages").GetArrayLength().ShouldBeGreaterThan(0);
            record.GetProperty("stages").EnumerateArray().ShouldAllBe(stage => stage.GetProperty("verdict").GetString() == "passed");
        }

        output.WriteLine($"{uploads.Count} uploads, {lost} without an answer");
    }

    private static async Task<List<Upload>> UploadAsync(KillTarget server, string name, bool isAsync, CountdownEvent enough)
    {
        using var registry = server.Client(KillTarget.AdminToken);
        registry.BaseAddress = server.Registry;
        var done = new List<Upload>();
        for (var i = 0; ; i++)
        {
            var slug = $"{name}n{i:0000}";
            var upload = new Upload($"/api/v1/plugins/{slug}/1.0.0", TestPackages.FrontEnd(slug), false);
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Put, upload.Path) { Content = new ByteArrayContent(upload.Package) };
                if (isAsync)
                    request.Headers.Add("Prefer", "respond-async");
                using var response = await registry.SendAsync(request);
                ((int)response.StatusCode).ShouldBeOneOf(201, 202);
                done.Add(upload with { IsAcknowledged = true });
                if (!enough.IsSet)
                    SignalQuietly(enough);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                done.Add(upload);
                return done;
            }
        }
    }

    // Two clients may signal the last one at once.
    private static void SignalQuietly(CountdownEvent enough)
    {
        try
        {
            enough.Signal();
        }
        catch (InvalidOperationException)
        {
            // It is set.
        }
    }

    private sealed record Upload(string Path, byte[] Package, bool IsAcknowledged);
}
