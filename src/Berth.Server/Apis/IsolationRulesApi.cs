using System.Text.Json;
using Berth.Host.Isolation;
using Berth.Lifecycle.Isolation;
using Berth.Lifecycle.Store;
using Berth.Packaging.Enforcement;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>Where administrators want the code of single plugins or publishers to run at least.</summary>
internal static class IsolationRulesApi
{
    private const int MaxReason = 500;

    public static void MapIsolationRules(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix + "/system/isolation/rules").WithTags("System").WithBerthPolicies().NeedAdministrator();
            group.MapGet("/", ListAsync).WithSummary("Where single plugins and publishers run at least");
            group.MapPut("/{kind}/{subject}", SetAsync).WithSummary("Run a plugin, or all plugins of a publisher, at this isolation level at least, on every node");
            group.MapDelete("/{kind}/{subject}", RemoveAsync).WithSummary("Run them where the policies say again");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IIsolationRules rules) =>
        Results.Json(new { rules = (await rules.ListAsync(context.RequestAborted)).Select(rule => Shown(rule)) }, BerthJson.Options);

    private static async Task<IResult> SetAsync(HttpContext context, IIsolationRules rules, IIsolationLevels levels, ISharedStore store)
    {
        var (kind, subject) = Target(context);
        var body = await RequestBody.ReadAsync<RuleBody>(context);
        var draft = new IsolationRuleDraft(kind, subject, await LevelAsync(body.Level, levels), Reason(body.Reason)) { Limits = Limits(body.Limits), IsDryRun = QueryValues.Flag(context.Request, "dry_run") };
        if (kind == IsolationRule.Plugin && await StoppedAsync(draft.Level, [subject], store, mayStopAll: false, context.RequestAborted) is { Count: > 0 } all)
            throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, PlacementPolicy.VmOnly, $"{PlacementPolicy.VmOnlyReason(string.Join(", ", all), "name process, sandbox or container")} To keep the plugin from running, quarantine it.");
        return await rules.SetAsync(context.Caller().ForOperations(context), draft, context.RequestAborted) is { } rule
            ? Results.Json(Shown(rule, draft.IsDryRun, await StoppedAsync(rule.Level, rule.Plugins, store, mayStopAll: true, context.RequestAborted)), BerthJson.Options)
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "publisher.unknown", $"The registry knows no publisher '{subject}'. GET /api/v1/publishers lists them.");
    }

    private static async Task<IResult> RemoveAsync(HttpContext context, IIsolationRules rules)
    {
        var (kind, subject) = Target(context);
        var isThere = QueryValues.Flag(context.Request, "dry_run")
            ? (await rules.ListAsync(context.RequestAborted)).Any(rule => rule.Kind == kind && string.Equals(rule.Subject, subject, StringComparison.OrdinalIgnoreCase))
            : await rules.RemoveAsync(context.Caller().ForOperations(context), kind, subject, context.RequestAborted);
        return isThere
            ? Results.NoContent()
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "isolation.rule_unknown", $"There is no rule for the {kind} '{subject}'.");
    }

    private static (string Kind, string Subject) Target(HttpContext context) => (context.GetRouteValue("kind") as string) switch
    {
        IsolationRule.Plugin => (IsolationRule.Plugin, RouteValues.Slug(context, "subject")),
        IsolationRule.Publisher => (IsolationRule.Publisher, PublisherAnswers.Name(context, "subject")),
        _ => throw new ApiProblemException(StatusCodes.Status404NotFound, "isolation.rule_unknown", "Rules are for a plugin or a publisher: …/rules/plugin/{slug} or …/rules/publisher/{name}."),
    };

    // What this machine does not give would refuse every load; another node's administrator learns it there.
    private static async Task<string> LevelAsync(string? level, IIsolationLevels levels)
    {
        if (level is null || !IsolationRule.Levels.Contains(level))
            throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "isolation.rule_invalid", $"'level' is {string.Join(", ", IsolationRule.Levels)}. To go by the policies alone, remove the rule.");
        var found = await Task.Run(() => levels.Of(level));
        return found.IsAvailable
            ? level
            : throw new ApiProblemException(StatusCodes.Status422UnprocessableEntity, "isolation.unavailable", $"This machine does not give isolation level '{level}': {found.Explanation}");
    }

    // What is in the store and is not for the level: code for vm is of another kind, and no rule makes it from .NET.
    private static async Task<IReadOnlyList<string>> StoppedAsync(string level, IEnumerable<string> slugs, ISharedStore store, bool mayStopAll, CancellationToken cancellationToken)
    {
        var stopped = new List<string>();
        if (level != IsolationLevels.Vm)
            return stopped;
        foreach (var slug in slugs)
        {
            var withCode = (await store.VersionsAsync(slug, cancellationToken)).Where(version => version.Manifest.Module is not null).ToList();
            if (mayStopAll || withCode.TrueForAll(version => version.Manifest.Module is { IsForVm: false }))
                stopped.AddRange(withCode.Where(version => version.Manifest.Module is { IsForVm: false }).Select(version => version.Id.ToString()));
        }

        return stopped;
    }

    // A limit that is misspelt would limit nothing.
    private static UsageLimits Limits(JsonElement body)
    {
        if (body.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
            return new();
        if (body.ValueKind != JsonValueKind.Object)
            throw Invalid("limits: an object.");
        if (body.EnumerateObject().Select(limit => limit.Name).Except(UsageLimits.Names, StringComparer.Ordinal).FirstOrDefault() is { } unknown)
            throw Invalid($"limits.{unknown}: there is no such limit. There are {string.Join(", ", UsageLimits.Names)}.");
        try
        {
            var limits = body.Deserialize<UsageLimits>(BerthJson.Options)!;
            return limits.Faults() is { Count: > 0 } faults ? throw Invalid(string.Join(' ', faults)) : limits;
        }
        catch (JsonException exception)
        {
            throw Invalid($"limits{exception.Path?.TrimStart('$')}: a whole number, or null for none.");
        }
    }

    private static ApiProblemException Invalid(string message) => new(StatusCodes.Status422UnprocessableEntity, "isolation.rule_invalid", message);

    private static string Reason(string? reason) => reason?.Trim() switch
    {
        { Length: > MaxReason } => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", $"'reason' is longer than {MaxReason} characters."),
        null or "" => throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "'reason' is missing: say in a sentence why, for whoever meets it."),
        var text => text,
    };

    private static object Shown(IsolationRule rule, bool? isDryRun = null, IReadOnlyList<string>? stopped = null) => new
    {
        rule.Kind,
        rule.Subject,
        rule.Level,
        rule.Limits,
        rule.Plugins,
        rule.Reason,
        rule.SetBy,
        rule.SetAt,
        stopped = stopped is { Count: > 0 } ? stopped : null,
        dry_run = isDryRun,
    };

    private sealed record RuleBody(string? Level, JsonElement Limits, string? Reason);
}
