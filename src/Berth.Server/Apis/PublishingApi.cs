using Berth.Registry.Publishing.Bindings;
using Berth.Registry.Publishing.Settings;
using Berth.Server.Auth;
using Berth.Server.Auth.Integration;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>How a plugin may be published: by whose approval, and by which continuous integration.</summary>
internal static class PublishingApi
{
    private const int MaxBindings = 50;
    private const int MaxText = 256;

    public static void MapPublishing(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/plugins/{slug}/publishing").WithTags("Publish").WithBerthPolicies();
        group.MapGet("/", SettingsAsync).WithSummary("How the plugin may be published");
        group.MapPut("/", PutAsync).NeedScope(TokenScopes.Write).WithSummary("Demand a second person's approval, or continuous integration");
        group.MapGet("/bindings", BindingsAsync).WithSummary("The continuous integration that may publish the plugin");
        group.MapPost("/bindings", BindAsync).NeedScope(TokenScopes.Write).WithSummary("Let continuous integration publish the plugin");
        group.MapDelete("/bindings/{id}", UnbindAsync).NeedScope(TokenScopes.Write).WithSummary("Let it no more");
    }

    private static async Task<IResult> SettingsAsync(HttpContext context, IPublishingSettings settings) =>
        Results.Json(Shape(await ManagedAsync(context, settings)), BerthJson.Options);

    private static async Task<IResult> PutAsync(HttpContext context, IPublishingSettings settings)
    {
        var now = await ManagedAsync(context, settings);
        var body = await RequestBody.ReadAsync<Change>(context);
        if (body.Staged is null && body.TrustedOnly is null)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "Send 'staged', 'trusted_only' or both: true or false.");
        if (QueryValues.Flag(context.Request, "dry_run"))
            return Results.Json(Shape(now with { Staged = body.Staged ?? now.Staged, TrustedOnly = body.TrustedOnly ?? now.TrustedOnly }), BerthJson.Options);
        return Results.Json(
            Shape(await settings.PutAsync(now.Slug, body.Staged, body.TrustedOnly, Reviewers.ActorOf(context.Caller()), context.RequestAborted)), BerthJson.Options);
    }

    private static async Task<IResult> BindingsAsync(HttpContext context, IPublishingSettings settings, IPublishBindings bindings) => Results.Json(
        new { bindings = (await bindings.ListAsync((await ManagedAsync(context, settings)).Slug, context.RequestAborted)).Select(Shape) }, BerthJson.Options);

    private static async Task<IResult> BindAsync(HttpContext context, IPublishingSettings settings, IPublishBindings bindings, IssuerKeys issuers)
    {
        var slug = (await ManagedAsync(context, settings)).Slug;
        var body = await RequestBody.ReadAsync<NewBinding>(context);
        foreach (var (name, value) in new[] { ("issuer", body.Issuer), ("audience", body.Audience), ("repository", body.Repository), ("workflow", body.Workflow) })
        {
            if (!IsText(value))
                throw new ApiProblemException(StatusCodes.Status400BadRequest, "binding.invalid", $"Send '{name}', 1 to {MaxText} characters without control characters.");
        }

        if (body.Environment is not null && !IsText(body.Environment))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "binding.invalid", $"'environment' has 1 to {MaxText} characters, or is left out.");
        if (!issuers.Knows(body.Issuer!))
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "binding.issuer", $"This registry does not know the issuer '{body.Issuer}'. Its operator sets those it trusts with {Configuration.BerthSettingNames.OidcIssuers}.");
        if ((await bindings.ListAsync(slug, context.RequestAborted)).Count >= MaxBindings)
            throw new ApiProblemException(StatusCodes.Status409Conflict, "binding.too_many", $"A plugin has {MaxBindings} bindings at most. Remove one first.");
        var caller = context.Caller();
        var binding = new PublishBinding("", slug, body.Issuer!, body.Audience!, body.Repository!, body.Workflow!, body.Environment, caller.UserId, default);
        return QueryValues.Flag(context.Request, "dry_run")
            ? Results.Json(Shape(binding), BerthJson.Options)
            : Results.Json(Shape(await bindings.AddAsync(binding, Reviewers.ActorOf(caller), context.RequestAborted)), BerthJson.Options, statusCode: StatusCodes.Status201Created);
    }

    private static async Task<IResult> UnbindAsync(HttpContext context, string id, IPublishingSettings settings, IPublishBindings bindings)
    {
        var slug = (await ManagedAsync(context, settings)).Slug;
        if (QueryValues.Flag(context.Request, "dry_run") && (await bindings.ListAsync(slug, context.RequestAborted)).FirstOrDefault(binding => binding.Id == id) is { } planned)
            return Results.Json(Shape(planned), BerthJson.Options);
        return id.Length == 32 && id.All(char.IsAsciiHexDigitLower) && await bindings.RemoveAsync(slug, id, Reviewers.ActorOf(context.Caller()), context.RequestAborted)
            ? Results.NoContent()
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "binding.unknown", $"'{slug}' has no such binding.");
    }

    /// <summary>The plugin's settings, when they are the caller's to see and change.</summary>
    private static async Task<PublishingSettings> ManagedAsync(HttpContext context, IPublishingSettings settings)
    {
        var caller = context.Caller();
        var slug = RouteValues.Slug(context);
        var found = await settings.FindAsync(slug, context.RequestAborted)
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.unknown", $"The registry has no plugin '{slug}'.");
        return caller.IsAdministrator || await settings.MayManageAsync(found.Slug, caller.UserId, context.RequestAborted)
            ? found
            : throw new ApiProblemException(StatusCodes.Status403Forbidden, "publishing.not_owner", $"Only the owner of '{found.Slug}' or an administrator may see and change how it is published.");
    }

    private static bool IsText(string? text) => text is { Length: > 0 and <= MaxText } && !text.Any(char.IsControl);

    private static object Shape(PublishingSettings settings) => new { settings.Slug, settings.Staged, settings.TrustedOnly };

    private static object Shape(PublishBinding binding) => new
    {
        id = binding.Id.Length == 0 ? null : binding.Id,
        binding.Slug,
        binding.Issuer,
        binding.Audience,
        binding.Repository,
        binding.Workflow,
        binding.Environment,
        binding.CreatedBy,
        created_at = binding.CreatedAt == default ? (DateTimeOffset?)null : binding.CreatedAt,
    };

    private sealed record Change(bool? Staged, bool? TrustedOnly);

    private sealed record NewBinding(string? Issuer, string? Audience, string? Repository, string? Workflow, string? Environment);
}
