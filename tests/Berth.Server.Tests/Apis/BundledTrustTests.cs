using System.Security.Cryptography;
using Berth.Packaging.Bundles;
using Berth.Packaging.Signing;

namespace Berth.Server.Tests.Apis;

/// <summary>Trust that comes with bundles: as its source decided, as long as nobody here has decided.</summary>
public sealed class BundledTrustTests(BundledTrustTests.Shared shared) : IClassFixture<BundledTrustTests.Shared>
{
    private static readonly byte[] Package = TestPackages.FrontEnd("Drifter");
    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Package));
    private readonly TestServer _source = shared.Server;

    [Fact]
    public async Task A_bundle_tells_who_decided_on_what_and_until_when_and_a_later_one_lowers_it()
    {
        var slug = $"T{Guid.NewGuid():N}"[..20];
        await _source.PublishAsync(TestPackages.FrontEnd(slug));
        var expires = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddDays(30).ToUnixTimeMilliseconds());
        await DecideAsync(_source, slug, new { level = "verified", reason = "Read it.", expires, evidence = new { score = 0.5 } });
        var there = (await TrustAsync(_source, slug)).Decisions[0];
        await using var target = await TestServer.StartAsync();

        await TakeAsync(target, slug);

        var (level, decisions) = await TrustAsync(target, slug);
        level.ShouldBe("verified");
        decisions[0].GetProperty("kind").GetString().ShouldBe("carried");
        decisions[0].GetProperty("expires_at").GetDateTimeOffset().ShouldBe(expires);
        var evidence = decisions[0].GetProperty("evidence");
        evidence.GetProperty("decided_by").GetString().ShouldBe(there.GetProperty("decided_by").GetString());
        evidence.GetProperty("decided_at").GetDateTimeOffset().ShouldBe(there.GetProperty("at").GetDateTimeOffset());
        evidence.GetProperty("evidence").GetProperty("score").GetDouble().ShouldBe(0.5);

        await DecideAsync(_source, slug, new { level = "untrusted", reason = "It calls home." });
        await TakeAsync(target, slug);
        (await TrustAsync(target, slug)).Level.ShouldBe("untrusted");
        (await TrustAsync(target, slug)).Decisions[0].GetProperty("reason").GetString()!.ShouldEndWith("It calls home.");
    }

    [Theory]
    [InlineData("untrusted")]
    [InlineData("verified")]
    public async Task What_was_decided_here_stays_lowered_or_raised(string here)
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var keys = JsonWebKeySet.Write([key.Public]);
        await using var target = await TestServer.StartAsync();
        await target.TakeBundleAsync(await BundleAsync(key, at: 10, "community"), keys);
        await DecideAsync(target, "Drifter", new { level = here, reason = "We have looked ourselves." });

        foreach (var (at, level) in new[] { (20, "untrusted"), (30, "verified"), (40, "internal") })
        {
            await target.TakeBundleAsync(await BundleAsync(key, at, level), keys);
            (await TrustAsync(target, "Drifter")).Level.ShouldBe(here);
        }
    }

    [Fact]
    public async Task An_older_bundle_gives_nothing_back_that_a_newer_one_has_lowered()
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        var keys = JsonWebKeySet.Write([key.Public]);
        await using var target = await TestServer.StartAsync();
        await target.TakeBundleAsync(await BundleAsync(key, at: 10, "verified"), keys);
        await target.TakeBundleAsync(await BundleAsync(key, at: 30, "untrusted"), keys);

        await target.TakeBundleAsync(await BundleAsync(key, at: 20, "verified"), keys);

        (await TrustAsync(target, "Drifter")).Level.ShouldBe("untrusted");
    }

    [Theory]
    [InlineData("untrusted", "untrusted")]
    [InlineData("internal", "community")]
    public async Task A_plugin_begins_no_higher_than_its_source_trusts_it_and_never_as_this_registrys_own(string there, string first)
    {
        using var key = SigningKey.Create(SignatureAlgorithm.ES256);
        await using var target = await TestServer.StartAsync();

        await target.TakeBundleAsync(await BundleAsync(key, at: 10, there), JsonWebKeySet.Write([key.Public]));

        (await TrustAsync(target, "Drifter")).Decisions[^1].GetProperty("level").GetString().ShouldBe(first);
    }

    [Fact]
    public void A_decision_is_of_format_4_and_a_file_of_an_older_one_has_none()
    {
        var decided = Index(10, "verified", new BundleTrust("0a", 5, 20, """{"score":0.5}"""), format: 4);
        BundleIndex.Read(decided.ToBytes(), out var fault).ShouldNotBeNull(fault).Versions[0].TrustDecision.ShouldBe(decided.Versions[0].TrustDecision);
        BundleIndex.Read((decided with { FormatVersion = 3 }).ToBytes(), out fault).ShouldBeNull();
        fault.ShouldBe("It has members that format version 3 has not.");
        BundleIndex.Read(Index(10, "verified", null, format: 3).ToBytes(), out fault).ShouldNotBeNull(fault);
    }

    private static BundleIndex Index(long at, string level, BundleTrust? decision, int format) => new(
        format, "there", at, [],
        [new BundleVersion("Drifter", "1.0.0", "packages/1.berth", Digest, null, level, "Looked at.", null, null) { TrustDecision = decision }],
        [new BundlePart("packages/1.berth", Package.Length, Digest)])
    {
        Quarantined = [],
        Others = [],
        KeyStates = [],
    };

    private static async Task<byte[]> BundleAsync(SigningKey key, long at, string level)
    {
        var index = Index(at, level, new BundleTrust("0a", at, null, null), BundleIndex.NewestFormat);
        using var file = new MemoryStream();
        await BundleWriter.WriteAsync(
            file, index, new SignatureFile([DetachedSignature.Create(index.ToBytes(), BundleIndex.SignatureType, key)]), _ => Task.FromResult<Stream>(new MemoryStream(Package)));
        return file.ToArray();
    }

    private async Task TakeAsync(TestServer target, string slug) => await target.TakeBundleAsync(await _source.ExportBundleAsync([slug]), await _source.BundleKeysAsync());

    private static async Task DecideAsync(TestServer server, string slug, object decision)
    {
        using var response = await server.Registry().PutAsJsonAsync($"/api/v1/plugins/{slug}/trust", decision);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    private static async Task<(string Level, List<JsonElement> Decisions)> TrustAsync(TestServer server, string slug)
    {
        var json = await server.Registry().GetFromJsonAsync<JsonElement>($"/api/v1/plugins/{slug}/trust/history");
        return (json.GetProperty("level").GetString()!, [.. json.GetProperty("decisions").EnumerateArray()]);
    }

    public sealed class Shared : ServerFixture;
}
