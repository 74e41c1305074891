using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Berth.Server.Configuration;

namespace Berth.Server.Tests.Apis;

/// <summary>What a host serves of a variant that it took, when the registry's signature of it does not hold any more.</summary>
public sealed class VariantKeysTests : IAsyncLifetime
{
    private const string Author = "/* words of the author that no browser needs, and there are many of them */\nexport default { mount(aPlace) { aPlace.textContent = 'shown'; } };\n";
    private TestServer _registry = null!;
    private TestServer _host = null!;
    private TestUser _user = null!;

    private string Index => Directory.GetFiles(_host.DataDirectory, "files.json", SearchOption.AllDirectories).Single();

    public async Task InitializeAsync()
    {
        _registry = await TestServer.StartAsync(settings => settings with { Variants = true });
        _host = await TestServer.StartAsync(Host);
        await _registry.PublishAsync(TestPackages.Pack(
            ("plugin.json", """{"name":"Clock","version":"1.0.0","frontend":{"entry":"dist/index.js","modules":[{"name":"Panel","displayName":"Panel","props":{"moduleType":"module"}}]},"optimization":{"bundleOptimization":{"enabled":true}}}"""),
            ("dist/index.js", Author)));
        await OrderAsync();
        _user = await _host.CreateUserAsync();
        await _user.InstallAsync("Clock");
        (await ServedAsync()).ShouldNotBe(Author, "the host took the variant");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task After_a_restart_the_optimised_files_are_served_again_when_the_signature_still_holds()
    {
        await RestartAsync();
        await Eventually.TrueAsync(async () => await ServedAsync() != Author, "they were judged again, and are good");
        IsTaken().ShouldBeTrue();
    }

    [Fact]
    public async Task They_are_given_up_for_the_authors_when_the_key_was_revoked_and_those_that_are_made_again_are_taken()
    {
        using var registry = _registry.Registry();
        var kid = (await registry.GetFromJsonAsync<JsonElement>("/api/v1/keys")).GetProperty("keys").EnumerateArray().Single(key => key.GetProperty("registry").GetBoolean()).GetProperty("kid").GetString();
        using (var revoked = await registry.PostAsJsonAsync($"/api/v1/keys/{kid}/revoke", new { since = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc), reason = "Stolen." }))
            revoked.IsSuccessStatusCode.ShouldBeTrue(await revoked.Content.ReadAsStringAsync());
        // Nothing else is offered until it is made again.
        await _registry.Server.Services.GetRequiredService<Berth.Data.Sessions.IDatabase>().WriteAsync(session => session.ExecuteAsync("DELETE FROM variant"));

        await RestartAsync();
        await Eventually.TrueAsync(async () => !IsTaken() && await ServedAsync() == Author, "the host gave them up");
    }

    [Theory]
    [InlineData("a digest")]
    [InlineData("the signature")]
    [InlineData("no signature")]
    public async Task They_are_given_up_when_the_index_is_not_what_was_signed(string what)
    {
        await _host.StopAsync();
        await _registry.Server.Services.GetRequiredService<Berth.Data.Sessions.IDatabase>().WriteAsync(session => session.ExecuteAsync("DELETE FROM variant"));
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Index))!;
        var variant = index["variant"]!;
        if (what == "a digest")
            variant["signed"]![0]!["sha256"] = new string('0', 64);
        else if (what == "the signature")
            variant["signature"] = variant["signature"]!.GetValue<string>().Replace("\"signature\":\"", "\"signature\":\"AAAA", StringComparison.Ordinal);
        else
            variant.AsObject().Remove("signature");
        File.SetUnixFileMode(Index, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(Index, index.ToJsonString());

        await RestartAsync();
        (await ServedAsync()).ShouldBe(Author, "not even once");
        await Eventually.TrueAsync(async () => await ServedAsync() == Author && !IsTaken(), "the host gave them up");
    }

    private BerthSettings Host(BerthSettings settings) => settings with { Role = BerthRole.Host, RegistryUrls = [_registry.RegistryUrl], Variants = true };

    private async Task RestartAsync()
    {
        await _host.RestartAsync(Host);
        _user = _user with { Client = _host.Host(_user.Token) };
    }

    private bool IsTaken() => JsonNode.Parse(File.ReadAllText(Index))!["variant"] is not null;

    private async Task OrderAsync()
    {
        using var registry = _registry.Registry();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/plugins/Clock/1.0.0/variants");
        request.Headers.Add("Prefer", "wait");
        using var response = await registry.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> ServedAsync()
    {
        using var client = _host.Host(null);
        using var request = new HttpRequestMessage(HttpMethod.Get, await _user.AddressOfAsync("Clock", "dist/index.js"));
        request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
        using var response = await client.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }
}
