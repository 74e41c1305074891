using System.Runtime.CompilerServices;
using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>A user as administrators see them.</summary>
internal sealed record UserRecord(string Id, string Username, IReadOnlyList<string>? Roles, DateTimeOffset? CreatedAt);

/// <summary>A page of users.</summary>
internal sealed record UserPage(IReadOnlyList<UserRecord> Users, string? NextCursor);

/// <summary>A new user with the only copy of their token.</summary>
internal sealed record CreatedUser(string Id, string? Username, string Token);

/// <summary>A link that signs somebody in once.</summary>
internal sealed record SignInLink(string Link, DateTimeOffset? ExpiresAt);

/// <summary>The resources <c>/api/v1/admin/users</c> and <c>/api/v1/admin/signin-links</c>.</summary>
internal static class UsersApi
{
    private const string Path = "/api/v1/admin/users";

    /// <summary>All users, page by page.</summary>
    public static async IAsyncEnumerable<UserRecord> UsersAsync(this ApiConnection host, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        do
        {
            var page = await host.GetAsync<UserPage>($"{Path}?limit=100" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"), cancellationToken);
            foreach (var user in page.Users)
            {
                yield return user;
            }

            cursor = page.NextCursor;
        }
        while (cursor is not null);
    }

    /// <summary>Makes one user.</summary>
    public static Task<CreatedUser> CreateUserAsync(
        this ApiConnection host, string username, string? password, IReadOnlyList<string>? roles, CancellationToken cancellationToken) =>
        host.SendAsync<CreatedUser>(HttpMethod.Post, Path, new { username, password, roles }, cancellationToken);

    /// <summary>Makes a link that signs the caller, or the user the caller acts for, in once.</summary>
    public static Task<SignInLink> CreateSignInLinkAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.SendAsync<SignInLink>(HttpMethod.Post, "/api/v1/admin/signin-links", null, cancellationToken);

    /// <summary>Makes many users: a number of them, or these names. They arrive while the server makes them.</summary>
    public static async IAsyncEnumerable<CreatedUser> CreateUsersAsync(
        this ApiConnection host, int? count, IReadOnlyList<string>? users, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await host.SendAsync(
            () => host.Request(HttpMethod.Post, Path + "/bulk", new { count, users }, Guid.NewGuid().ToString("N")),
            HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return Read(line);
            }
        }
    }

    private sealed record BulkLine(string? Id, string? Username, string? Token, BulkError? Error);

    private sealed record BulkError(string Code, string Message);

    private static CreatedUser Read(string line)
    {
        try
        {
            var made = JsonSerializer.Deserialize<BulkLine>(line, WireJson.Options);
            if (made is { Id: not null, Token: not null })
            {
                return new CreatedUser(made.Id, made.Username, made.Token);
            }

            if (made is { Error: { } error })
            {
                throw new CommandFailedException(
                    ExitCode.Partly, error.Code, error.Message, "Those printed above exist; choose other names for the rest.");
            }
        }
        catch (JsonException)
        {
            // Falls through: a line that isn't JSON and one without the members are the same to the reader.
        }

        throw new CommandFailedException(
            ExitCode.Failed, "client.answer.unreadable", "The server stopped making users in the middle.", "See `berth users list` for those that exist.");
    }
}
