using System.Security.Cryptography;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Demo;

/// <summary>A note as the plugin's endpoint answers it; <see cref="Format"/> is there since 1.1.0.</summary>
internal sealed record DemoNote(string Id, string Title, string Text, string? Format);

/// <summary>One person of the story, with the person's own token.</summary>
internal sealed class DemoUser(string name, ApiConnection host, ApiConnection anonymous, string slug)
{
    private sealed record VersionAnswer(string Slug, string Version);

    private sealed record NoteList(IReadOnlyList<DemoNote> Notes);

    /// <summary>The person's name.</summary>
    public string Name => name;

    /// <summary>Installs a version of the plugin.</summary>
    public Task<InstallationResult> InstallAsync(string version, CancellationToken cancellationToken) =>
        host.RunAsync(HttpMethod.Post, slug, "install", new { version }, "", cancellationToken);

    /// <summary>Updates to a version.</summary>
    public Task<InstallationResult> UpdateAsync(string version, CancellationToken cancellationToken) =>
        host.RunAsync(HttpMethod.Post, slug, "update", new { version }, "", cancellationToken);

    /// <summary>Goes back to the version before, with its data.</summary>
    public Task<InstallationResult> RollbackAsync(CancellationToken cancellationToken) =>
        host.RunAsync(HttpMethod.Post, slug, "rollback", null, "", cancellationToken);

    /// <summary>Removes the plugin.</summary>
    public Task<InstallationResult> UninstallAsync(CancellationToken cancellationToken) =>
        host.RunAsync(HttpMethod.Delete, slug, "uninstall", null, "", cancellationToken);

    /// <summary>Which version the plugin's own endpoint says it is.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        (await host.GetAsync<VersionAnswer>($"/p/{slug}/version", cancellationToken)).Version;

    /// <summary>The person's notes.</summary>
    public async Task<IReadOnlyList<DemoNote>> NotesAsync(CancellationToken cancellationToken) =>
        (await host.GetAsync<NoteList>($"/p/{slug}/notes", cancellationToken)).Notes;

    /// <summary>Writes a note.</summary>
    public Task<DemoNote> WriteAsync(string title, string text, CancellationToken cancellationToken) =>
        host.SendAsync<DemoNote>(HttpMethod.Post, $"/p/{slug}/notes", new { title, text }, cancellationToken);

    /// <summary>The address of the front-end file that a page's script tag would load, with the capability in its path.</summary>
    public async Task<string> FrontendAddressAsync(CancellationToken cancellationToken)
    {
        var row = (await host.InstallationsAsync(cancellationToken)).FirstOrDefault(row => row.PluginSlug == slug);
        return row?.Bundlelocation is { Length: > 0 } location
            ? $"/api/v1/public/plugins/{row.Id}/{location}"
            : throw new UntrueException($"expected {name}'s list to name the front end of {slug}");
    }

    /// <summary>Fetches a file as a script tag does, without a token, and hashes it.</summary>
    public async Task<(string Sha256, int Bytes)> FetchAsync(string address, CancellationToken cancellationToken)
    {
        using var response = await anonymous.SendAsync(
            () => anonymous.Request(HttpMethod.Get, address), HttpCompletionOption.ResponseContentRead, cancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length);
    }

    /// <summary>Whether a request is answered with 404.</summary>
    public static async Task<bool> IsGoneAsync(Func<Task> request)
    {
        try
        {
            await request();
            return false;
        }
        catch (CommandFailedException failure) when (failure.Exit == ExitCode.NotFound)
        {
            return true;
        }
    }
}
