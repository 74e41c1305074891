namespace Berth.Server.Tests.Apis;

/// <summary>Bundles as administrators make and import them.</summary>
internal static class BundleCalls
{
    public static async Task<byte[]> ExportBundleAsync(this TestServer server, string[] plugins, bool withDependencies = false)
    {
        using var registry = server.Registry();
        using var response = await registry.PostAsJsonAsync("/api/v1/bundles/export", new { plugins, with_dependencies = withDependencies });
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadAsByteArrayAsync();
    }

    public static async Task<string> BundleKeysAsync(this TestServer server)
    {
        using var registry = server.Registry();
        return await registry.GetStringAsync("/api/v1/bundles/keys");
    }

    public static async Task<HttpResponseMessage> ImportBundleAsync(this TestServer target, byte[] bundle, string? keys, string query = "")
    {
        using var registry = target.Registry();
        using var form = new MultipartFormDataContent();
        if (keys is not null)
            form.Add(new StringContent(keys), "keys");
        form.Add(new ByteArrayContent(bundle), "bundle", "x.berthbundle");
        return await registry.PostAsync($"/api/v1/bundles{query}", form);
    }

    /// <summary>The answer to an import that was taken.</summary>
    public static async Task<JsonElement> TakeBundleAsync(this TestServer target, byte[] bundle, string? keys, string query = "")
    {
        using var response = await target.ImportBundleAsync(bundle, keys, query);
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement.Clone();
    }
}
