using System.Text.Json;
using Berth.Server.Auth;
using Berth.Server.Configuration;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Users, for administrators.</summary>
internal static class UsersApi
{
    private const int MaxBulk = 1_000_000;
    private const int BatchSize = 500;
    private static readonly TimeSpan SignInLinkLife = TimeSpan.FromHours(1);

    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/admin/users").WithTags("Users").WithBerthPolicies().NeedAdministrator().NeverKeepAnswer();
        group.MapGet("/", ListAsync).WithSummary("Users, a page at a time");
        group.MapPost("/", CreateAsync).WithSummary("Create a user with a first token");
        group.MapPost("/bulk", CreateManyAsync).WithSummary("Create many users; streams ids and tokens as JSON lines");
        UserDeletionApi.Map(group);
        routes.MapPost("/api/v1/admin/signin-links", CreateSignInLinkAsync).WithTags("Users").WithSummary("A one-time sign-in link for the caller, or for the user that Berth-User names")
            .NeedAdministrator().NeverKeepAnswer().WithBerthPolicies();
    }

    private static async Task<IResult> ListAsync(HttpContext context, UserStore users)
    {
        var limit = QueryValues.Limit(context.Request, preset: 100);
        var page = await users.ListAsync(limit + 1, QueryValues.Text(context.Request, "cursor"), context.RequestAborted);
        var shown = page.Take(limit).ToList();
        var next = page.Count > limit ? shown[^1].Id : null;
        QueryValues.LinkNext(context, next);
        return Results.Json(new { users = shown, next_cursor = next }, BerthJson.Options);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, UserStore users)
    {
        var body = await RequestBody.ReadAsync<NewUserBody>(context);
        var created = await users.CreateAsync(Checked(body), context.Caller(), context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status409Conflict, "user.exists", $"There is a user named '{body.Username}' already.");
        return Results.Json(Shown(created), BerthJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> CreateSignInLinkAsync(HttpContext context, TokenStore tokens, BerthAddresses addresses)
    {
        var (record, code) = await tokens.IssueAsync(context.Caller().UserId, TokenKind.SignIn, "sign-in link", [], SignInLinkLife, context.RequestAborted, context.Caller());
        return Results.Json(new { link = $"{addresses.Host}/signin/{code}", record.ExpiresAt }, BerthJson.Options, statusCode: StatusCodes.Status201Created);
    }

    // Batches are committed as they are streamed: a client that goes away keeps what it has read.
    private static async Task CreateManyAsync(HttpContext context, UserStore users)
    {
        var body = await RequestBody.ReadAsync<BulkBody>(context);
        if (body.Users is null == body.Count is null || body.Count is < 1 or > MaxBulk || body.Users is { Count: 0 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "user.bulk", $"Send either 'count', 1 to {MaxBulk}, or 'users', a list of names.");
        var names = body.Users ?? Enumerable.Range(0, body.Count!.Value).Select(_ => $"user-{Guid.NewGuid():N}");
        var wanted = names.Select(name => Checked(new NewUserBody(name, null, null)));
        if (body.Users is not null)
            wanted = wanted.ToList();

        var started = false;
        foreach (var batch in wanted.Chunk(BatchSize))
        {
            var created = await users.CreateAsync(batch, context.Caller(), context.RequestAborted);
            if (created is null && !started)
                throw new ApiProblemException(StatusCodes.Status409Conflict, "user.exists", "One of the names is taken, or stands twice in the list. Nobody was created.");
            if (!started)
            {
                started = true;
                context.Response.ContentType = "application/x-ndjson";
            }

            if (created is null)
            {
                await WriteLineAsync(context, new { error = new { code = "user.exists", message = $"A name between '{batch[0].Username}' and '{batch[^1].Username}' is taken; those and all after them were not created." } });
                return;
            }

            foreach (var user in created)
                await WriteLineAsync(context, Shown(user));
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task WriteLineAsync(HttpContext context, object line)
    {
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, BerthJson.Options), context.RequestAborted);
        await context.Response.Body.WriteAsync("\n"u8.ToArray(), context.RequestAborted);
    }

    private static object Shown((UserRecord User, string Token) created) =>
        new { created.User.Id, created.User.Username, created.User.Roles, created.Token };

    private static NewUser Checked(NewUserBody body)
    {
        if (body.Username is not { Length: > 0 and <= 128 } || body.Username.Any(char.IsControl) || body.Username != body.Username.Trim())
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "user.name", "'username' has 1 to 128 characters, none of them control characters, no space at its ends.");
        if (body.Password is { Length: < 8 or > 1024 })
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "user.password", "'password' has 8 to 1,024 characters.");
        if (body.Roles is { } roles && (roles.Count > 32 || roles.Any(role => role is not { Length: > 0 and <= 64 })))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "user.roles", "'roles' has at most 32 names of 1 to 64 characters.");
        return new NewUser(body.Username, body.Password is null ? null : AuthApi.HashPassword(body.Password), body.Roles ?? []);
    }

    private sealed record NewUserBody(string? Username, string? Password, IReadOnlyList<string>? Roles);

    private sealed record BulkBody(int? Count, IReadOnlyList<string>? Users);
}
