using System.Collections.Immutable;
using System.Globalization;

namespace Berth.Server.Tests.Kills;

/// <summary>
/// One of the clients: works on users that are its alone, one request after another, and keeps what was acknowledged.
/// What the kill cut off may have happened or not, and nothing else.
/// </summary>
public sealed class KillClient(IReadOnlyList<KillUser> users, Random random)
{
    private const string NotePrefix = "note ";
    private readonly Dictionary<(KillUser, string), PluginModel> _models = [];
    private (KillUser User, string Slug, PluginModel Before, PluginModel After)? _open;
    private int _written;

    /// <summary>Requests that were answered with success.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Requests whose answer the kill cut off.</summary>
    public int CutOff { get; private set; }

    /// <summary>Of those, how many had happened.</summary>
    public int CutOffButDone { get; private set; }

    /// <summary>Works until the server is gone.</summary>
    /// <param name="server">The server.</param>
    /// <param name="acknowledged">Is told each answer.</param>
    public async Task WorkAsync(KillTarget server, Action acknowledged)
    {
        var clients = users.ToDictionary(user => user, user => server.Client(user.Token));
        try
        {
            while (true)
            {
                var user = users[random.Next(users.Count)];
                var slug = random.Next(5) switch { 0 => KillRun.FrontEndOnly, 1 => KillRun.Dependent, _ => KillRun.WithCode };
                var before = Model(user, slug);
                var (request, after) = Choose(slug, before);
                _open = (user, slug, before, after);
                using (request)
                {
                    using var response = await clients[user].SendAsync(request);
                    var body = await response.Content.ReadAsStringAsync();
                    if (!response.IsSuccessStatusCode)
                        throw new KillRunException($"{request.Method} {request.RequestUri} of {user.Id} ({before}): {(int)response.StatusCode} {body}");
                }

                _models[(user, slug)] = after;
                _open = null;
                Acknowledged++;
                acknowledged();
            }
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            // The server is gone; a request under way stays open.
            if (_open is not null)
                CutOff++;
        }
        finally
        {
            foreach (var client in clients.Values)
                client.Dispose();
        }
    }

    /// <summary>Compares what the server shows with what was acknowledged. A request that was cut off is decided here.</summary>
    public async Task<IReadOnlyList<string>> CompareAsync(KillTarget server)
    {
        var differences = new List<string>();
        foreach (var user in users)
        {
            using var client = server.Client(user.Token);
            using var list = JsonDocument.Parse(await client.GetStringAsync("/api/v1/plugins/"));
            if (IsHalf(list.RootElement))
                differences.Add($"Of {KillRun.Dependent} and {KillRun.Dependency}, which come and go together, {user.Id} has one.");
            foreach (var slug in KillRun.Slugs)
            {
                var seen = await SeeAsync(client, list.RootElement, slug);
                var model = Model(user, slug);
                if (_open is { } open && open.User == user && open.Slug == slug && !open.Before.Shows(seen) && open.After.Shows(seen))
                {
                    _models[(user, slug)] = open.After;
                    CutOffButDone++;
                }
                else if (!model.Shows(seen))
                {
                    differences.Add($"{slug} of {user.Id}: acknowledged {model}{(_open is { } also && also.User == user && also.Slug == slug ? $" (or {also.After})" : "")}, but shown {seen}");
                }

                if (seen.Version is not null && await StatusAsync(client, slug) is not "healthy" and var status)
                    differences.Add($"{slug} of {user.Id} is {status}");
            }
        }

        _open = null;
        return differences;
    }

    private PluginModel Model(KillUser user, string slug) => _models.GetValueOrDefault((user, slug), PluginModel.Nothing);

    private (HttpRequestMessage Request, PluginModel After) Choose(string slug, PluginModel model)
    {
        var hasNotes = slug == KillRun.WithCode;

        // Its dependency comes along, and takes it along when it goes.
        if (slug == KillRun.Dependent && model.Version is not null)
            return (new(HttpMethod.Delete, $"/api/v1/plugins/{KillRun.Dependency}?dependents=true"), model.Uninstalled(purged: false));
        if (model.Version is null)
        {
            var version = model.KeptVersion ?? (hasNotes && random.Next(2) == 0 ? PluginModel.New : PluginModel.Old);
            return (Post($"/api/v1/plugins/{slug}/install", new { version }), model.Installed(version));
        }

        while (true)
        {
            switch (random.Next(10))
            {
                case 0:
                    var purge = random.Next(2) == 0;
                    return (new(HttpMethod.Delete, $"/api/v1/plugins/{slug}?purge={(purge ? "true" : "false")}"), model.Uninstalled(purge));
                case 1:
                    return (new(HttpMethod.Patch, $"/api/v1/plugins/{slug}") { Content = JsonContent.Create(new { enabled = !model.Enabled }) }, model with { Enabled = !model.Enabled });
                case 2 when hasNotes:
                    var sortBy = random.Next(3) switch { 0 => "created", 1 => "title", _ => null };
                    return (new(HttpMethod.Put, $"/api/v1/plugins/{slug}/config") { Content = JsonContent.Create(sortBy is null ? new { } : (object)new { sortBy }) }, model with { Setting = sortBy });
                case 3 or 4 when hasNotes && model.Version == PluginModel.Old:
                    return (Post($"/api/v1/plugins/{slug}/update", new { version = PluginModel.New }), model.Updated());
                case 5 or 6 when model.PreviousVersion is not null:
                    return (Post($"/api/v1/plugins/{slug}/rollback", new { }), model.RolledBack());
                case > 6 when hasNotes && model.Enabled && model.Notes.Count < 30:
                    var title = string.Create(CultureInfo.InvariantCulture, $"{NotePrefix}{++_written}");
                    return (Post($"/p/{slug}/notes", new { title, text = "written between kills" }), model.With(title));
            }
        }
    }

    private static async Task<SeenPlugin> SeeAsync(HttpClient client, JsonElement list, string slug)
    {
        var row = list.GetProperty("plugins").EnumerateArray().FirstOrDefault(plugin => plugin.GetProperty("plugin_slug").GetString() == slug);
        if (row.ValueKind == JsonValueKind.Undefined)
            return new SeenPlugin(null, false, null, null);
        var enabled = row.GetProperty("enabled").GetBoolean();
        ImmutableSortedSet<string>? notes = null;
        if (enabled && slug == KillRun.WithCode)
        {
            using var answer = JsonDocument.Parse(await client.GetStringAsync($"/p/{slug}/notes"));
            // The plugin welcomes its user with a note of its own.
            notes = [.. answer.RootElement.GetProperty("notes").EnumerateArray().Select(note => note.GetProperty("title").GetString()!).Where(title => title.StartsWith(NotePrefix, StringComparison.Ordinal))];
        }

        return new SeenPlugin(row.GetProperty("version").GetString(), enabled, notes, slug == KillRun.WithCode ? await SettingAsync(client, slug) : null);
    }

    private static async Task<string?> SettingAsync(HttpClient client, string slug)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/plugins/{slug}/config"));
        return answer.RootElement.GetProperty("data").GetProperty("own").TryGetProperty("sortBy", out var value) ? value.GetString() : null;
    }

    private static bool IsHalf(JsonElement list)
    {
        var slugs = list.GetProperty("plugins").EnumerateArray().Select(plugin => plugin.GetProperty("plugin_slug").GetString()).ToList();
        return slugs.Contains(KillRun.Dependent) != slugs.Contains(KillRun.Dependency);
    }

    private static async Task<string?> StatusAsync(HttpClient client, string slug)
    {
        using var answer = JsonDocument.Parse(await client.GetStringAsync($"/api/v1/plugins/{slug}/status"));
        return answer.RootElement.GetProperty("data").GetProperty("status").GetString();
    }

    private static HttpRequestMessage Post(string path, object body) => new(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
}

/// <summary>A user with a token.</summary>
public sealed record KillUser(string Id, string Token);

/// <summary>The server answered what no kill explains.</summary>
public sealed class KillRunException(string message) : Exception(message);
