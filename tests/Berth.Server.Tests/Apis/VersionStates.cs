namespace Berth.Server.Tests.Apis;

/// <summary>One server for the tests of what becomes of published versions; each test has a slug of its own.</summary>
public abstract class VersionStates(VersionStates.Shared shared)
{
    public const string Name = "version states";
    protected const string V1 = "/api/v1/plugins";

    protected TestServer Server { get; } = shared.Server;

    protected string Slug { get; } = $"P{Guid.NewGuid():N}";

    protected async Task<byte[][]> PublishAsync(params string[] versions)
    {
        var packages = versions.Select(version => TestPackages.FrontEnd(Slug, version)).ToArray();
        await Server.PublishAsync(packages);
        return packages;
    }

    /// <summary>Rows that keep a blob from being swept.</summary>
    protected async Task<long> DigestsAsync(string digest) => await Server.CountAsync("package_version WHERE digest = @digest", new { digest });

    protected async Task RefusedAsync(string path, object body, HttpStatusCode status, string code)
    {
        using var response = await PostAsync(path, body);
        await response.ShouldBeProblemAsync(status, code);
    }

    protected async Task<HttpResponseMessage> PostAsync(string path, object body) => await Server.Registry().PostAsJsonAsync($"{V1}/{path}", body);

    protected async Task<HttpResponseMessage> DeleteAsync(string path) => await Server.Registry().DeleteAsync($"{V1}/{path}");

    protected async Task<JsonElement> GetAsync(string path) => await Server.Registry().GetFromJsonAsync<JsonElement>(path.StartsWith('?') ? V1 + path : $"{V1}/{path}");

    protected async Task<string?> VersionOfAsync(TestUser user) =>
        (await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/{Slug}/info")).GetProperty("data").GetProperty("version").GetString();

    protected static async Task<JsonElement> UpdatesAsync(TestUser user) =>
        (await user.Client.GetFromJsonAsync<JsonElement>($"{V1}/updates/available")).GetProperty("data");

    protected static IEnumerable<string?> Notices(JsonElement updates) => updates.GetProperty("notices").EnumerateArray().Select(notice => notice.GetProperty("kind").GetString());

    protected static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    public sealed class Shared : ServerFixture;

    [CollectionDefinition(Name)]
    public sealed class Together : ICollectionFixture<Shared>;
}
