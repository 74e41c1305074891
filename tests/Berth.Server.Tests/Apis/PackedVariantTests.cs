using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Berth.Server.Tests.Apis;

/// <summary>Optimised files lie packed with LZ4; who asks for them as they are gets them whole.</summary>
public sealed class PackedVariantTests : IAsyncLifetime
{
    private static readonly string Author = string.Concat(Enumerable.Range(0, 400).Select(line => $"/* words that no browser needs */\nexport function step{line}(place) {{ place.textContent = 'shown {line * 7919}'; }}\n"));
    private TestServer _server = null!;
    private TestUser _ana = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync(settings => settings with { Variants = true });
        await _server.PublishAsync(TestPackages.Pack(
            ("plugin.json", """{"name":"Clock","version":"1.0.0","frontend":{"entry":"dist/index.js","modules":[{"name":"Panel","displayName":"Panel"}]},"optimization":{"bundleOptimization":{"enabled":true}}}"""),
            ("dist/index.js", Author)));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/plugins/Clock/1.0.0/variants");
        request.Headers.Add("Prefer", "wait");
        using var made = await _server.Registry().SendAsync(request);
        made.StatusCode.ShouldBe(HttpStatusCode.OK, await made.Content.ReadAsStringAsync());
        _ana = await _server.CreateUserAsync();
        await _ana.InstallAsync("Clock");
        await PackedAsync();
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task It_is_sent_whole_and_in_parts()
    {
        Packed().Length.ShouldBeLessThan((await PlainAsync()).Length / 2);

        var whole = await PlainAsync();
        whole.ShouldNotContain("words that no browser needs");
        using var part = new HttpRequestMessage(HttpMethod.Get, await _ana.AddressOfAsync("Clock", "dist/index.js"));
        part.Headers.Range = new RangeHeaderValue(100, 199);
        using var response = await _server.Host(null).SendAsync(part);
        response.StatusCode.ShouldBe(HttpStatusCode.PartialContent);
        (await response.Content.ReadAsStringAsync()).ShouldBe(whole[100..200]);
    }

    [Fact]
    public async Task A_host_without_the_library_sends_the_same_bytes()
    {
        var with = await PlainAsync();

        await _server.RestartAsync(settings => settings with { Variants = true, StoreCodings = new HashSet<string>() });

        (await PlainAsync()).ShouldBe(with);
    }

    [Fact]
    public async Task A_packed_file_that_was_changed_is_found_by_the_status_and_never_sent()
    {
        var bytes = await File.ReadAllBytesAsync(Packed().FullName);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(Packed().FullName, bytes);

        var sent = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(await PlainAsync())));
        sent.ShouldBe(Packed().Name[..64], "a file in the index folder is named by the digest of what it stands for");

        using var repaired = await _ana.Client.PostAsync("/api/v1/plugins/Clock/repair", null);
        repaired.IsSuccessStatusCode.ShouldBeTrue(await repaired.Content.ReadAsStringAsync());
        await PackedAsync();
        (await File.ReadAllBytesAsync(Packed().FullName)).ShouldNotBe(bytes, "the repair made it anew");
    }

    private string Index => Path.Combine(_server.DataDirectory, "plugins", "shared", "Clock", "v1.0.0_index");

    // A variant is taken over behind the install and the repair.
    private Task PackedAsync() => Eventually.TrueAsync(() => Directory.GetFiles(Index, "*.opt*").Length == 1, "the optimised file");

    private FileInfo Packed()
    {
        var path = Directory.GetFiles(Index, "*.opt*").ShouldHaveSingleItem();
        path.ShouldEndWith(".opt.lz4");
        return new FileInfo(path);
    }

    private async Task<string> PlainAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await (_ana with { Client = _server.Host(_ana.Token) }).AddressOfAsync("Clock", "dist/index.js"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        using var response = await _server.Host(null).SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }
}
