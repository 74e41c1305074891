using Berth.Host.Isolation;

namespace Berth.Server.Apis;

/// <summary>Which isolation levels this node can give, for administrators.</summary>
internal static class IsolationApi
{
    public static void MapIsolation(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            routes.MapGet(prefix + "/system/isolation", ListAsync).WithTags("System").WithBerthPolicies().NeedAdministrator()
                .WithSummary("The isolation levels, each with whether this node can give it, why not, and what to do; again=true looks at the machine anew");
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, IIsolationLevels levels, ISpareWorkers spares, Berth.Host.HostOptions options)
    {
        var all = QueryValues.Flag(context.Request, "again")
            ? await levels.ProbeAsync(context.RequestAborted)
            : await Task.Run(() => levels.All, context.RequestAborted);
        return Results.Json(
            new
            {
                levels = all.Select(one => new { one.Level, available = one.IsAvailable, one.Reason, one.Remedy, one.Gaps, one.Unlimited }),
                limits = LimitShape.Of(options.WorkerLimits with { RequestTime = options.RequestTimeLimit }, isWorker: true),
                spares = new { spares.Most, waiting = spares.Waiting },
            },
            BerthJson.Options);
    }
}
