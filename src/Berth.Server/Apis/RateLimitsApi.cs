using Berth.Registry.Publishers;
using Berth.Server.Auth;
using Berth.Server.Configuration;
using Berth.Server.Problems;
using Berth.Server.RateLimiting;

namespace Berth.Server.Apis;

/// <summary>The limits in force, and what administrators allow single users, tokens and networks; the same on host and registry.</summary>
internal static class RateLimitsApi
{
    private const int MaxReason = 500;
    private static readonly string[] Scopes = ["token", "user", "address"];

    public static void MapRateLimits(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/rate-limits").WithTags("Limits").WithBerthPolicies().NeedAdministrator();
        group.MapGet("/", ListAsync).WithSummary("Limits, quotas and overrides in force");
        group.MapPut("/overrides/{user}", SetAsync).WithSummary("Give a user, an organisation, token:ID or address:NETWORK limits of their own, until an instant or for good; replaces former ones");
        group.MapDelete("/overrides/{user}", RemoveAsync).WithSummary("Take their own limits and quotas back");
    }

    private static async Task<IResult> ListAsync(HttpContext context, BerthSettings settings, LimitOverrides overrides) => Results.Json(new
    {
        enabled = settings.RateLimits,
        policies = RateLimitSettings.Categories.Select(category => Shown(category, settings.RateLimitRules.Of(category))),
        quotas = new { bytes = settings.Quotas.Bytes, versions = settings.Quotas.Versions },
        overrides = (await overrides.ListAsync(context.RequestAborted)).GroupBy(one => one.UserId, StringComparer.Ordinal).Select(Shown),
        partitions = Scopes,
        capacity = RateCounters.DefaultCapacity,
    }, BerthJson.Options);

    private static async Task<IResult> SetAsync(HttpContext context, LimitOverrides overrides, UserStore users, TimeProvider time)
    {
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var subject = await SubjectAsync(context, users, overrides);
        var body = await RequestBody.ReadAsync<OverrideBody>(context);
        var now = time.GetUtcNow();
        if (body.Limits is not { Count: > 0 and <= 16 } wanted)
            throw Bad("limits.empty", $"Send 'limits' with at least one of {string.Join(", ", LimitOverride.Names)}, for example {{\"limits\":{{\"api\":\"1000/60\"}}}}.");
        if (body.Reason is not { Length: > 0 and <= MaxReason } reason || string.IsNullOrWhiteSpace(reason) || reason.Any(char.IsControl))
            throw Bad("limits.reason", $"Send 'reason', 1 to {MaxReason} characters on one line: who looks at it later wants to know why.");
        if (body.ExpiresAt is { } end && end <= now)
            throw Bad("limits.expiry", "'expires_at' is an instant in the future, or absent for good.");
        foreach (var (name, value) in wanted)
        {
            if (!LimitOverride.Names.Contains(name, StringComparer.Ordinal))
                throw Bad("limits.name", $"'{Short(name)}' is none of {string.Join(", ", LimitOverride.Names)}.");
            if (subject.Kind == SubjectKind.Request && name.StartsWith("quota.", StringComparison.Ordinal))
                throw Bad("limits.name", $"Tokens and addresses have no packages: '{name}' is for users and organisations. They can have {string.Join(", ", RateLimitSettings.Categories.Select(RateLimitSettings.NameOf))}.");
            if (subject.Kind == SubjectKind.Organisation && !name.StartsWith("quota.", StringComparison.Ordinal))
                throw Bad("limits.name", $"An organisation sends no requests: '{name}' is for users. It can have quota.bytes and quota.versions.");
            if (value is null || !LimitOverride.IsValid(name, value))
                throw Bad("limits.value", $"'{Short(value ?? "null")}' is no value for '{name}'. Write {(name.StartsWith("quota.", StringComparison.Ordinal) ? "a whole number or 'unlimited'" : RateRule.Form)}.");
        }

        var by = context.Caller().ActorId;
        var set = wanted.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => new LimitOverride(subject.Id, one.Key, one.Value, reason, by, now, body.ExpiresAt)).ToList();
        if (!isDryRun)
            await overrides.ReplaceAsync(subject.Id, set, by, context.TraceIdentifier, context.RequestAborted);
        return Results.Json(new { dry_run = isDryRun, @override = Shown(set.GroupBy(one => one.UserId, StringComparer.Ordinal).Single()) }, BerthJson.Options);
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, LimitOverrides overrides, UserStore users)
    {
        var isDryRun = QueryValues.Flag(context.Request, "dry_run");
        var subject = await SubjectAsync(context, users, overrides);
        if (!(await overrides.ListAsync(context.RequestAborted)).Any(one => one.UserId == subject.Id))
            throw new ApiProblemException(StatusCodes.Status404NotFound, "limits.unknown", "They have no limits of their own in force.");
        if (!isDryRun)
            await overrides.ReplaceAsync(subject.Id, [], context.Caller().ActorId, context.TraceIdentifier, context.RequestAborted);
        return Results.Json(new { dry_run = isDryRun, removed = subject.Id }, BerthJson.Options);
    }

    /// <summary>A user, a token, a network, or an organisation by its name where the registry is in this process.</summary>
    private static async Task<(string Id, SubjectKind Kind)> SubjectAsync(HttpContext context, UserStore users, LimitOverrides overrides)
    {
        // A slash within a segment stays encoded.
        var name = Uri.UnescapeDataString((string)context.GetRouteValue("user")!);
        if (LimitSubject.KindOf(name) == "address")
        {
            return LimitSubject.NetworkOf(LimitSubject.ValueOf(name)) is { } network
                ? (LimitSubject.OfNetwork(network), SubjectKind.Request)
                : throw Bad("limits.address", $"'{Short(LimitSubject.ValueOf(name))}' is no address and no network. Write 203.0.113.7, 10.0.0.0/8 or 2001:db8::/48, without bits behind the prefix; of version 6 at most /64, because requests are counted so.");
        }

        if (LimitSubject.KindOf(name) == "token")
        {
            // A token that is gone may still have an override to be taken back.
            return await overrides.HasTokenAsync(LimitSubject.ValueOf(name), context.RequestAborted) || HttpMethods.IsDelete(context.Request.Method)
                ? (name, SubjectKind.Request)
                : throw new ApiProblemException(StatusCodes.Status404NotFound, "token.unknown", "There is no token with this id that somebody can use. `berth tokens list` shows the ids, of 32 lower-case hexadecimal digits; it is not the token itself.");
        }

        if (name.Length == 32 && await users.FindAsync(name, context.RequestAborted) is { } user)
            return (user.Id, SubjectKind.User);
        if (!name.StartsWith('~') && context.RequestServices.GetService<IPublishers>() is { } publishers
            && await publishers.FindAsync(name, context.RequestAborted) is { Kind: PublisherKinds.Organisation } organisation)
        {
            return (organisation.Name, SubjectKind.Organisation);
        }

        throw new ApiProblemException(StatusCodes.Status404NotFound, "user.unknown", "There is no user with this id, and no organisation of this name. Ids are 32 lower-case hexadecimal digits.");
    }

    private static object Shown(RateCategory category, RateRule rule) => new
    {
        category = RateLimitSettings.NameOf(category),
        rule = rule.ToString(),
        permits = rule.IsUnlimited ? null : (int?)rule.Permits,
        window_seconds = rule.IsUnlimited ? null : (int?)rule.WindowSeconds,
        burst = rule.Burst,
    };

    private static object Shown(IGrouping<string, LimitOverride> user) => new
    {
        kind = LimitSubject.KindOf(user.Key),
        user_id = user.Key,
        limits = user.ToDictionary(one => one.Name, one => one.Value),
        user.First().Reason,
        user.First().SetBy,
        user.First().SetAt,
        user.First().ExpiresAt,
    };

    private static ApiProblemException Bad(string code, string detail) => new(StatusCodes.Status422UnprocessableEntity, code, detail);

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "…";

    private enum SubjectKind
    {
        User,
        Organisation,

        // A token or a network: what requests are counted for.
        Request,
    }

    private sealed record OverrideBody(IReadOnlyDictionary<string, string>? Limits, string? Reason, DateTimeOffset? ExpiresAt);
}
