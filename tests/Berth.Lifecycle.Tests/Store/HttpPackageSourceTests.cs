using System.Net;
using System.Text.Json.Nodes;
using Berth.Lifecycle.Store;
using Berth.Lifecycle.Tests.World;
using Berth.Packaging.Archive;
using Berth.Packaging.Signing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Berth.Lifecycle.Tests.Store;

/// <summary>Against a real HTTP server that answers as a registry does, or does not.</summary>
public sealed class HttpPackageSourceTests : IAsyncLifetime
{
    private readonly List<string> _requests = [];
    private WebApplication _server = null!;
    private ServiceProvider _services = null!;
    private TestPackage _package = null!;
    private Func<HttpContext, Task> _answer = _ => Task.CompletedTask;

    private IPackageSource Source => _services.GetRequiredService<IPackageSource>();

    public async Task InitializeAsync()
    {
        _package = await TestPackage.FrontendAsync("Charts", "1.0.0");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(context =>
        {
            lock (_requests)
                _requests.Add($"{context.Request.Path}{context.Request.QueryString} {context.Request.Headers.Authorization}");
            return _answer(context);
        });
        await _server.StartAsync();
        // Only who is silent is to meet the limit: a loaded machine may hold any answer.
        _services = ServicesWith(TimeSpan.FromMinutes(2));
    }

    private ServiceProvider ServicesWith(TimeSpan limit) => new ServiceCollection()
        .AddSingleton(TimeProvider.System)
        .AddBerthHttpPackageSource(new HttpPackageSourceOptions
        {
            Registry = new Uri(_server.Urls.First()),
            Token = "berth_pat_x",
            AnswerTimeLimit = limit,
            RetryPause = TimeSpan.FromMilliseconds(1),
        })
        .BuildServiceProvider();

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Signatures_come_with_a_version_and_keys_page_by_page()
    {
        using var author = SigningKey.Create(SignatureAlgorithm.ES512);
        using var registry = SigningKey.Create(SignatureAlgorithm.ES256);
        using var next = SigningKey.Create(SignatureAlgorithm.ES256);
        var signature = DetachedSignature.Create("payload"u8, DetachedSignature.FilesType, author);
        var signed = Entry(_package);
        signed["signatures"] = new JsonArray(new JsonObject { ["kid"] = author.Public.Thumbprint, ["valid"] = true, ["protected"] = signature.Protected, ["signature"] = signature.Signature });
        _answer = context => context.Response.WriteAsJsonAsync(context.Request.Path == "/api/v1/keys"
            ? context.Request.Query.ContainsKey("cursor")
                ? new JsonObject { ["keys"] = new JsonArray(Key(registry, isRegistry: true), Key(next, isRegistry: true, JsonNode.Parse(KeyVouch.Create(next.Public, registry, DateTimeOffset.UtcNow)))), ["next_cursor"] = null }
                : new JsonObject { ["keys"] = new JsonArray(Key(author, isRegistry: false), new JsonObject { ["kid"] = "strange", ["jwk"] = new JsonObject { ["kty"] = "OKP" }, ["not_before"] = "2026-01-01T00:00:00Z" }), ["next_cursor"] = "abc" }
            : new JsonObject { ["slug"] = "Charts", ["versions"] = new JsonArray(signed) });

        var version = (await Source.VersionsAsync("Charts")).ShouldHaveSingleItem();
        var keys = await Source.KeysAsync();

        SignatureFile.Read(version.Signatures.ShouldNotBeNull()).File.ShouldNotBeNull().Signatures.ShouldHaveSingleItem().Signature.ShouldBe(signature.Signature);
        keys.Select(key => (key.Key.Key.Thumbprint, key.Key.IsRegistry)).ShouldBe([(author.Public.Thumbprint, false), (registry.Public.Thumbprint, true), (next.Public.Thumbprint, true)]);
        keys[0].Key.Validity.RevokedSince.ShouldBe(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        KeyVouch.Holds(next.Public, keys[2].Vouch, kid => keys[1].Key.Key).ShouldBeTrue();
        Source.IsOwnRegistry.ShouldBeFalse();
    }

    [Fact]
    public async Task A_registry_that_knows_nothing_of_keys_has_none()
    {
        _answer = context =>
        {
            context.Response.StatusCode = 404;
            return Task.CompletedTask;
        };

        (await Source.KeysAsync()).ShouldBeEmpty();
    }

    private static JsonObject Key(SigningKey key, bool isRegistry, JsonNode? vouch = null) => new()
    {
        ["kid"] = key.Public.Thumbprint,
        ["registry"] = isRegistry,
        ["not_before"] = "2026-01-01T00:00:00Z",
        ["not_after"] = null,
        ["retired_at"] = null,
        ["revoked_since"] = isRegistry ? null : "2026-02-01T00:00:00Z",
        ["vouch"] = vouch,
        ["jwk"] = JsonNode.Parse(key.Public.ToJwk()),
    };

    [Fact]
    public async Task Versions_are_read_newest_first_and_what_cannot_be_read_is_left_out()
    {
        var newer = await TestPackage.FrontendAsync("Charts", "1.10.0");
        var strange = Entry(_package);
        strange["manifest"] = new JsonObject { ["name"] = "Charts" };
        _answer = context => context.Response.WriteAsJsonAsync(new JsonObject
        {
            ["slug"] = "Charts",
            ["versions"] = new JsonArray(Entry(_package), Entry(newer, isYanked: true), strange),
        });

        var versions = await Source.VersionsAsync("charts");

        versions.Select(version => (version.Version.ToString(), version.Digest, version.IsYanked, version.TrustLevel)).ShouldBe(
            [("1.10.0", newer.Version.Digest, true, "verified"), ("1.0.0", _package.Version.Digest, false, "verified")]);
        _requests.ShouldBe(["/api/v1/plugins/charts/versions Bearer berth_pat_x"]);
    }

    [Fact]
    public async Task A_page_of_the_catalogue_is_read()
    {
        var entry = Entry(_package);
        entry["downloads"] = 42;
        _answer = context => context.Response.WriteAsJsonAsync(new JsonObject { ["plugins"] = new JsonArray(entry), ["total_count"] = 7, ["next_cursor"] = "abc" });

        var page = await Source.SearchAsync(new AvailableQuery("a b", "charts & more", 10, "c/1"));

        (page.TotalCount, page.NextCursor, page.Plugins.Single().Downloads, page.Plugins.Single().Newest.Slug).ShouldBe((7, "abc", 42, "Charts"));
        _requests.Single().ShouldStartWith("/api/v1/plugins?limit=10&q=a%20b&category=charts%20%26%20more&cursor=c%2F1");
    }

    [Fact]
    public async Task Bytes_come_as_they_are()
    {
        _answer = context => context.Response.Body.WriteAsync(_package.Bytes).AsTask();

        await using var stream = await Source.OpenAsync(_package.Version);
        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);

        bytes.ToArray().ShouldBe(_package.Bytes);
        (await PackageReader.ReadAsync(bytes, PackageLimits.Default)).IsAccepted.ShouldBeTrue();
        _requests.Single().ShouldStartWith("/api/v1/plugins/Charts/1.0.0/download ");
    }

    [Fact]
    public async Task What_the_registry_does_not_know_is_empty()
    {
        _answer = context => Status(context, HttpStatusCode.NotFound);

        (await Source.VersionsAsync("Nothing")).ShouldBeEmpty();
        (await Source.SearchAsync(new AvailableQuery())).Plugins.ShouldBeEmpty();
        await Should.ThrowAsync<PackageSourceUnavailableException>(() => Source.OpenAsync(_package.Version));
    }

    [Fact]
    public async Task A_passing_fault_is_repeated_once()
    {
        var calls = 0;
        _answer = context => ++calls == 1 ? Status(context, HttpStatusCode.ServiceUnavailable) : context.Response.WriteAsJsonAsync(new JsonObject { ["slug"] = "Charts", ["versions"] = new JsonArray(Entry(_package)) });

        (await Source.VersionsAsync("Charts")).Count.ShouldBe(1);
        calls.ShouldBe(2);
    }

    [Theory]
    [InlineData(500, 2)]
    [InlineData(429, 1)]
    [InlineData(401, 1)]
    public async Task A_fault_that_stays_is_unavailable(int status, int requests)
    {
        _answer = context => Status(context, (HttpStatusCode)status);

        await Should.ThrowAsync<PackageSourceUnavailableException>(async () => await Source.VersionsAsync("Charts"));
        _requests.Count.ShouldBe(requests);
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("[]")]
    public async Task An_answer_that_is_no_answer_is_unavailable(string body)
    {
        _answer = context => context.Response.WriteAsync(body);
        await Should.ThrowAsync<PackageSourceUnavailableException>(async () => await Source.VersionsAsync("Charts"));
    }

    [Fact]
    public async Task A_registry_that_is_silent_or_gone_is_unavailable()
    {
        _answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        await using var services = ServicesWith(TimeSpan.FromSeconds(1));
        var source = services.GetRequiredService<IPackageSource>();
        await Should.ThrowAsync<PackageSourceUnavailableException>(async () => await source.VersionsAsync("Charts"));
        await _server.StopAsync();
        await Should.ThrowAsync<PackageSourceUnavailableException>(async () => await Source.VersionsAsync("Charts"));
    }

    private static Task Status(HttpContext context, HttpStatusCode status)
    {
        context.Response.StatusCode = (int)status;
        return Task.CompletedTask;
    }

    private static JsonObject Entry(TestPackage package, bool isYanked = false) => new()
    {
        ["slug"] = package.Slug,
        ["version"] = package.Version.Version.ToString(),
        ["digest"] = package.Version.Digest,
        ["size"] = package.Version.Size,
        ["trust_level"] = package.Version.TrustLevel,
        ["yanked"] = isYanked,
        ["manifest"] = JsonNode.Parse(PackageReader.ReadFileAsync(new MemoryStream(package.Bytes), "plugin.json", PackageLimits.Default).GetAwaiter().GetResult()!),
    };
}
