namespace Berth.Server.Tests.Apis;

/// <summary>How a page is told to load a front end.</summary>
public sealed class BundleMethodTests(BundleMethodTests.Shared shared) : IClassFixture<BundleMethodTests.Shared>
{
    [Theory]
    [InlineData("Container", "webpack")]
    [InlineData("NamedModule", "module")]
    [InlineData("SaidModule", "module")]
    [InlineData("OtherProps", "webpack")]
    public async Task A_page_learns_how_to_load_each_front_end(string slug, string method)
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync(slug);
        var list = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/");
        list.GetProperty("plugins")[0].GetProperty("bundlemethod").GetString().ShouldBe(method);
        var manifest = await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/manifest/designer");
        manifest.GetProperty(slug).GetProperty("bundlemethod").GetString().ShouldBe(method);
    }

    [Fact]
    public async Task A_plugin_without_a_front_end_has_neither_method_nor_place()
    {
        var ana = await shared.Server.CreateUserAsync();
        await ana.InstallAsync("Echo");
        var plugin = (await ana.Client.GetFromJsonAsync<JsonElement>("/api/v1/plugins/")).GetProperty("plugins")[0];
        plugin.GetProperty("bundlemethod").ValueKind.ShouldBe(JsonValueKind.Null);
        plugin.GetProperty("bundlelocation").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    /// <summary>A server with a front end of each sort.</summary>
    public sealed class Shared : ServerFixture
    {
        protected override async Task PrepareAsync() => await Server.PublishAsync(
            FrontEnd("Container", "dist/remoteEntry.js", new { }),
            FrontEnd("NamedModule", "dist/entry.mjs", new { }),
            FrontEnd("SaidModule", "dist/entry.js", new { moduleType = "module" }),
            FrontEnd("OtherProps", "dist/entry.js", new { moduleType = 1, module = "module" }),
            Golden.Package("Echo"));

        private static byte[] FrontEnd(string name, string entry, object props) => TestPackages.Pack(
            ("plugin.json", JsonSerializer.Serialize(new { name, version = "1.0.0", frontend = new { entry, modules = new[] { new { name = "Panel", props } } } })),
            (entry, "// nothing"));
    }
}
