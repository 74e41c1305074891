namespace Berth.Server.Tests.Webhooks;

/// <summary>What tests do with webhooks, in a word each.</summary>
internal static class Hooks
{
    public const string Path = "/api/v1/webhooks";

    /// <summary>Makes one and answers it with its secret.</summary>
    public static async Task<(string Id, string Secret)> CreateHookAsync(this HttpClient client, object body)
    {
        using var response = await client.PostAsJsonAsync(Path, body);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        var made = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (made.GetProperty("id").GetString()!, made.GetProperty("secret").GetString()!);
    }

    public static Task<JsonElement> HookAsync(this HttpClient client, string id) => client.GetFromJsonAsync<JsonElement>($"{Path}/{id}");

    public static async Task<IReadOnlyList<JsonElement>> DeliveriesAsync(this HttpClient client, string id, string query = "") =>
        [.. (await client.GetFromJsonAsync<JsonElement>($"{Path}/{id}/deliveries{query}")).GetProperty("deliveries").EnumerateArray()];

    public static async Task<JsonElement> PostHookAsync(this HttpClient client, string path, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var response = await client.PostAsync($"{Path}/{path}", null);
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Waits until the only delivery has had so many attempts, and answers it.</summary>
    public static async Task<JsonElement> AttemptedAsync(this HttpClient client, string id, int attempts)
    {
        JsonElement found = default;
        await Eventually.TrueAsync(
            async () =>
            {
                var all = await client.DeliveriesAsync(id);
                if (all.Count == 0 || all[^1].GetProperty("attempts").GetArrayLength() < attempts)
                    return false;
                found = all[^1];
                return true;
            },
            $"{attempts} attempts");
        return found;
    }

    /// <summary>Something that makes an event of the user's: <c>berth.token.created</c>.</summary>
    public static Task HappenAsync(this TestUser user) => user.CreateTokenAsync();
}
