using System.Net.Http.Headers;
using System.Security.Cryptography;
using Berth.Packaging.Archive;
using Berth.Registry.Publishing;
using Berth.Server.Tests.Events;

namespace Berth.Server.Tests.Publishing;

public sealed class PublicationsApiTests(PublishingFixture fixture) : IClassFixture<PublishingFixture>, IDisposable
{
    private readonly TestServer _server = fixture.Server;

    public void Dispose() => fixture.Stage.Say = ControlledStage.ReadAsync;

    [Fact]
    public async Task A_version_that_is_held_answers_202_and_where_it_stands()
    {
        fixture.Stage.Say = (_, _) => Task.FromResult<StageVerdict>(new StageVerdict.Held("scan.findings", "It starts processes."));
        var ada = await _server.CreateUserAsync();
        var (slug, package) = New();

        using var response = await PutAsync(ada.Token, slug, package);

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        var record = await response.Content.ReadFromJsonAsync<JsonElement>();
        record.GetProperty("state").GetString().ShouldBe("held");
        record.GetProperty("scan").GetString().ShouldBe("held");
        record.GetProperty("review").GetProperty("position").GetInt32().ShouldBeGreaterThan(0);
        record.GetProperty("review").GetProperty("reasons")[0].GetProperty("reason").GetString().ShouldBe("It starts processes.");

        // Its publisher sees it, and nobody else.
        using var own = _server.Registry(ada.Token);
        (await own.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0")).GetProperty("stages")[0].GetProperty("rule_set").GetInt32().ShouldBe(3);
        using var others = _server.Registry((await _server.CreateUserAsync()).Token);
        (await others.GetAsync($"/api/v1/plugins/{slug}/1.0.0")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await own.GetAsync($"/api/v1/plugins/{slug}/1.0.0/download")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await others.GetAsync(response.Headers.Location)).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // R66: the same bytes again are the same record.
        using var again = await PutAsync(ada.Token, slug, package);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("operation_id").GetString().ShouldBe(record.GetProperty("operation_id").GetString());
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_gets_an_operation_that_streams_its_stages()
    {
        var go = new TaskCompletionSource<StageVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Stage.Say = (_, _) => go.Task;
        var (slug, package) = New();
        using var response = await PutAsync(TestServer.AdminToken, slug, package, "respond-async");
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.GetValues("Preference-Applied").ShouldBe(["respond-async"]);
        using var registry = _server.Registry();
        var address = response.Headers.Location!.ToString();
        (await registry.GetFromJsonAsync<JsonElement>(address)).GetProperty("state").GetString().ShouldBe("running");
        await using var events = await EventReader.OpenAsync(registry, address);

        go.SetResult(new StageVerdict.Passed());

        (await events.NextAsync())!.Value.Data.GetProperty("stage").GetString().ShouldBe("scan");
        (await events.NextAsync())!.Value.Data.GetProperty("stage").GetString().ShouldBe("approval");
        var end = (await events.NextAsync())!.Value;
        end.Name.ShouldBe("end");
        end.Data.GetProperty("state").GetString().ShouldBe("visible");
        (await registry.GetByteArrayAsync(end.Data.GetProperty("result").GetString() + "/download")).ShouldBe(package);
    }

    [Fact]
    public async Task A_wait_that_runs_out_is_an_operation()
    {
        var go = new TaskCompletionSource<StageVerdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Stage.Say = (_, _) => go.Task;
        var (slug, package) = New();

        using var response = await PutAsync(TestServer.AdminToken, slug, package, "wait=1");

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        response.Headers.GetValues("Preference-Applied").ShouldBe(["wait=1"]);
        go.SetResult(new StageVerdict.Passed());
        using var registry = _server.Registry();
        await Eventually.TrueAsync(async () => (await registry.GetFromJsonAsync<JsonElement>(response.Headers.Location)).GetProperty("has_ended").GetBoolean(), "the publish ends");
        (await PutAsync(TestServer.AdminToken, slug, package)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_signature_comes_before_or_after_the_package()
    {
        var seen = new List<string?>();
        fixture.Stage.Say = (publish, _) =>
        {
            seen.Add(publish.Request.Signature);
            return Task.FromResult<StageVerdict>(new StageVerdict.Passed());
        };
        using var registry = _server.Registry();
        foreach (var isBefore in new[] { true, false })
        {
            var (_, package) = New();
            using var form = new MultipartFormDataContent();
            if (isBefore)
                form.Add(new StringContent("{\"signatures\":1}"), "signature");
            form.Add(new ByteArrayContent(package), "plugin", "x.berth");
            if (!isBefore)
                form.Add(new StringContent("{\"signatures\":2}"), "signature");
            (await registry.PostAsync("/api/v1/plugins", form)).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        seen.ShouldBe(["{\"signatures\":1}", "{\"signatures\":2}"]);
    }

    [Fact]
    public async Task Validate_and_a_dry_run_say_what_publish_says_and_keep_nothing()
    {
        fixture.Stage.Say = (publish, _) => Task.FromResult<StageVerdict>(publish.Package.Files.Any(file => file.Path == "dist/bad.js")
            ? new StageVerdict.Refused([new PackageFault("scan.test", "Bad.", "dist/bad.js")])
            : new StageVerdict.Held("scan.findings", "Look."));
        var slug = Slug();
        var bad = TestPackages.FrontEnd(slug, "1.0.0", null, ("dist/bad.js", "1"));
        var held = TestPackages.FrontEnd(slug);
        using var registry = _server.Registry();

        foreach (var package in new[] { bad, bad[..^7], held })
        {
            using var validated = await registry.PostAsync("/api/v1/validate", new ByteArrayContent(package));
            using var dry = await registry.PutAsync($"/api/v1/plugins/{slug}/1.0.0?dry_run=true", new ByteArrayContent(package));
            (await WordsAsync(validated)).ShouldBe(await WordsAsync(dry));
            (await registry.GetAsync($"/api/v1/plugins/{slug}/1.0.0")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
            using var published = await registry.PutAsync($"/api/v1/plugins/{slug}/1.0.0", new ByteArrayContent(package));
            (await WordsAsync(validated)).ShouldBe(await WordsAsync(published));
        }
    }

    [Fact]
    public async Task R67_Uploads_at_once_with_a_scanner_that_dies_at_its_beginning_or_its_end_lose_nothing_and_let_nothing_through()
    {
        // A thousand, with a server that is killed as well, are in KilledFloodTests.
        const int count = 200;
        var random = new Random(59);
        var dice = Enumerable.Range(0, count).Select(_ => random.Next(4)).ToArray();
        fixture.Stage.Say = (publish, cancellationToken) => dice[int.Parse(publish.Package.Manifest.Name[6..10], System.Globalization.CultureInfo.InvariantCulture)] switch
        {
            0 => throw new IOException("The scanner was killed."),
            1 => ControlledStage.ReadAsync(publish, cancellationToken).ContinueWith<StageVerdict>(_ => throw new InvalidOperationException("Killed at its end."), TaskScheduler.Default),
            _ => ControlledStage.ReadAsync(publish, cancellationToken),
        };
        var run = Guid.NewGuid().ToString("N")[..8];
        using var registry = _server.Registry();
        var answers = new (string Slug, string Digest, string? Operation, HttpStatusCode Status)[count];
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, cancellationToken) =>
        {
            var slug = $"Flood-{i:0000}-{run}";
            var package = TestPackages.Pack([
                ("plugin.json", JsonSerializer.Serialize(new { name = slug, version = "1.0.0", frontend = new { entry = "dist/own.js" } })),
                ("dist/own.js", $"export default '{slug} {new string((char)('a' + (i % 26)), i % 300)}';")]);
            using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/plugins/{slug}/1.0.0") { Content = new ByteArrayContent(package) };
            if (i % 3 == 0)
                request.Headers.Add("Prefer", "respond-async");
            using var response = await registry.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
            response.IsSuccessStatusCode.ShouldBeTrue(body.ToString());
            body.GetProperty("digest").GetString().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(package)));
            answers[i] = (slug, Convert.ToHexStringLower(SHA256.HashData(package)), body.GetProperty("operation_id").GetString(), response.StatusCode);
        });

        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellationToken) =>
        {
            var (slug, digest, operation, _) = answers[i];
            await Eventually.TrueAsync(async () => (await registry.GetFromJsonAsync<JsonElement>($"/api/v1/operations/{operation}", cancellationToken)).GetProperty("has_ended").GetBoolean(), slug);
            var record = await registry.GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/1.0.0", cancellationToken);
            record.GetProperty("digest").GetString().ShouldBe(digest);
            var mayPass = dice[i] > 1;
            record.GetProperty("state").GetString().ShouldBe(mayPass ? "visible" : "held");
            record.GetProperty("scan").GetString().ShouldBe(mayPass ? "passed" : "failed");
            record.GetProperty("stages").GetArrayLength().ShouldBe(2);
            (await registry.GetAsync($"/api/v1/plugins/{slug}/1.0.0/download", cancellationToken)).StatusCode.ShouldBe(mayPass ? HttpStatusCode.OK : HttpStatusCode.NotFound);
        });
        dice.Count(die => die > 1).ShouldBeInRange(1, count - 1);
    }

    private static async Task<string> WordsAsync(HttpResponseMessage response)
    {
        var body = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        return response.IsSuccessStatusCode
            ? $"{body.GetProperty("state")} {string.Join(' ', body.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("code").ToString()))}"
            : $"{(int)response.StatusCode} {body.GetProperty("code")} {body.GetProperty("detail")}";
    }

    private async Task<HttpResponseMessage> PutAsync(string token, string slug, byte[] package, string? prefer = null)
    {
        using var registry = _server.Registry(token);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/plugins/{slug}/1.0.0") { Content = new ByteArrayContent(package) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        if (prefer is not null)
            request.Headers.Add("Prefer", prefer);
        return await registry.SendAsync(request);
    }

    private static string Slug() => $"Pub{Guid.NewGuid():N}"[..20];

    private static (string Slug, byte[] Package) New()
    {
        var slug = Slug();
        return (slug, TestPackages.FrontEnd(slug));
    }
}
