using System.Net.Http.Headers;

namespace Berth.Server.Tests.Apis;

/// <summary>Files are sent as they were stored; what is compressed again meanwhile costs nobody an answer.</summary>
public sealed class PublicFileCodingsTests : IAsyncLifetime
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 700).Select(line => $"export const value{line * 7919 % 1009} = '{line * 104729 % 9973} of the clock';\n"));
    private TestServer _server = null!;
    private string _address = "";

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        await _server.PublishAsync(TestPackages.FrontEnd("Clock", "1.0.0", null, ("dist/words.js", Text)));
        var ana = await _server.CreateUserAsync();
        await ana.InstallAsync("Clock");
        _address = await ana.AddressOfAsync("Clock", "dist/words.js");
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Zstd_is_sent_to_who_takes_it_with_a_tag_of_its_own()
    {
        var (zstd, tag) = await GetAsync("zstd");

        zstd[..4].ShouldBe([0x28, 0xB5, 0x2F, 0xFD], "a frame of RFC 8878");
        Stored("*.zst").Select(File.ReadAllBytes).ShouldContain(stored => stored.SequenceEqual(zstd));
        var tags = new HashSet<string> { tag };
        foreach (var coding in new[] { "identity", "gzip", "br" })
            tags.Add((await GetAsync(coding)).Tag).ShouldBeTrue(coding);
        using var again = Request("zstd");
        again.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag));
        using var unchanged = await _server.Host(null).SendAsync(again);
        unchanged.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task What_is_compressed_again_is_sent_smaller_under_another_tag_and_the_old_tag_is_not_mistaken_for_it()
    {
        var before = await GetAsync("br");

        await _server.RestartAsync(settings => settings with { CleanupInterval = TimeSpan.FromSeconds(1) });
        await Eventually.TrueAsync(async () => (await GetAsync("br")).Tag != before.Tag, "the better form is sent");

        var after = await GetAsync("br");
        after.Bytes.Length.ShouldBeLessThan(before.Bytes.Length);
        (await GetAsync("identity")).Bytes.ShouldBe(Encoding.UTF8.GetBytes(Text));
        using var stale = Request("br");
        stale.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(before.Tag));
        using var sent = await _server.Host(null).SendAsync(stale);
        sent.StatusCode.ShouldBe(HttpStatusCode.OK);
        PrometheusOf(await _server.Host().GetStringAsync("/metrics"), "store_recompressed_saved_bytes_total").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_form_that_is_gone_costs_bytes_and_not_the_answer()
    {
        foreach (var form in Stored("*.br"))
            File.Delete(form);

        using var response = await _server.Host(null).SendAsync(Request("br"));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        response.Content.Headers.ContentLength.ShouldBe(Text.Length);
        (await response.Content.ReadAsStringAsync()).ShouldBe(Text);
        response.Headers.ETag!.Tag.ShouldBe((await GetAsync("identity")).Tag);
    }

    [Fact]
    public async Task Where_the_store_uses_no_library_there_is_no_zstd()
    {
        await _server.RestartAsync(settings => settings with { StoreCodings = new HashSet<string>() });
        await _server.PublishAsync(TestPackages.FrontEnd("Clock", "1.1.0", null, ("dist/words.js", Text)));
        var ben = await _server.CreateUserAsync();
        await ben.InstallAsync("Clock", "1.1.0");

        using var request = new HttpRequestMessage(HttpMethod.Get, await ben.AddressOfAsync("Clock", "dist/words.js"));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "zstd, gzip;q=0.1");
        using var response = await _server.Host(null).SendAsync(request);

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
    }

    private static double PrometheusOf(string text, string name) => text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));

    private string[] Stored(string pattern) => Directory.GetFiles(Path.Combine(_server.DataDirectory, "plugins", "shared", "Clock", "v1.0.0_index"), pattern);

    private HttpRequestMessage Request(string coding)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, _address);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", coding);
        return request;
    }

    private async Task<(byte[] Bytes, string Tag)> GetAsync(string coding)
    {
        using var request = Request(coding);
        using var response = await _server.Host(null).SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentEncoding.ShouldBe(coding == "identity" ? [] : [coding]);
        return (await response.Content.ReadAsByteArrayAsync(), response.Headers.ETag!.Tag);
    }
}
