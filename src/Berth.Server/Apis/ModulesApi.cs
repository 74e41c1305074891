using System.Globalization;
using System.Text.Json;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations;
using Berth.Server.Auth;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The caller's modules, as the front ends of the systems before Berth ask for them (contract, section 7). Own rows only.</summary>
internal static class ModulesApi
{
    private const int PageSize = 16;
    private const int MaxPageSize = 100;

    public static void MapModules(this IEndpointRouteBuilder routes)
    {
        foreach (var prefix in InstallationsApi.Prefixes)
        {
            var group = routes.MapGroup(prefix).WithTags("Modules").WithBerthPolicies().WithMetadata(new CompatibleErrors());
            group.MapGet("/manager", ManagerAsync).WithSummary("The caller's modules, searched, filtered and a page at a time");
            group.MapGet("/categories", CategoriesAsync).WithSummary("Categories of the caller's modules");
            group.MapGet("/tags", TagsAsync).WithSummary("Tags of the caller's modules");
            group.MapGet("/{pluginId}/modules", ModulesAsync).WithSummary("Modules of one installation");
            group.MapGet("/direct/{pluginId}/modules/{moduleId}", DirectAsync).WithSummary("One module and its installation");
            group.MapPatch("/{pluginId}/modules/{moduleId}", PatchAsync).NeedScope(TokenScopes.Write)
                .WithSummary("Show or hide a module, move it, or set values of its fields");
        }
    }

    private static async Task<IResult> ManagerAsync(HttpContext context, IInstallations installations)
    {
        var request = context.Request;
        var search = QueryValues.Text(request, "search");
        var category = QueryValues.Text(request, "category");
        var tags = (QueryValues.Text(request, "tags") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var (page, size) = (Whole(request, "page", 1, int.MaxValue), Whole(request, "pageSize", PageSize, MaxPageSize));
        var userId = context.Caller().UserId;
        var found = (await installations.ModulesAsync(userId, context.RequestAborted)).Where(module =>
            (search is null || Contains(module.Name, search) || Contains(module.DisplayName, search) || Contains(module.Description, search))
            && (category is null || string.Equals(module.Category, category, StringComparison.OrdinalIgnoreCase))
            && (tags.Length == 0 || TagsOf(module).Intersect(tags, StringComparer.OrdinalIgnoreCase).Any())).ToList();
        // A page beyond the last is an empty one, however far.
        var shown = found.Skip((int)Math.Min((long)(page - 1) * size, found.Count)).Take(size);
        return Results.Json(new { modules = shown.Select(module => InstallationShapes.Module(module, userId)), totalItems = found.Count }, CompatibleJson.Options);

        static bool Contains(string? text, string search) => text?.Contains(search, StringComparison.OrdinalIgnoreCase) is true;
    }

    private static async Task<IResult> CategoriesAsync(HttpContext context, IInstallations installations)
    {
        var modules = await installations.ModulesAsync(context.Caller().UserId, context.RequestAborted);
        return Results.Json(new { categories = Distinct(modules.Select(module => module.Category).OfType<string>()) }, CompatibleJson.Options);
    }

    private static async Task<IResult> TagsAsync(HttpContext context, IInstallations installations)
    {
        var modules = await installations.ModulesAsync(context.Caller().UserId, context.RequestAborted);
        return Results.Json(new { tags = Distinct(modules.SelectMany(TagsOf)) }, CompatibleJson.Options);
    }

    private static async Task<IResult> ModulesAsync(HttpContext context, IInstallations installations)
    {
        var (_, plugin, modules) = await FindAsync(context, installations);
        return Results.Json(new { modules = modules.Select(module => InstallationShapes.Module(module, plugin.UserId)) }, CompatibleJson.Options);
    }

    private static async Task<IResult> DirectAsync(HttpContext context, IInstallations installations, InstallationShapes shapes)
    {
        var (installed, plugin, modules) = await FindAsync(context, installations);
        var id = ModuleId(context);
        var found = modules.FirstOrDefault(module => string.Equals(module.Id, id, StringComparison.Ordinal))
            ?? modules.FirstOrDefault(module => string.Equals(module.Name, id, StringComparison.OrdinalIgnoreCase))
            ?? throw new ApiProblemException(StatusCodes.Status404NotFound, "module.unknown", $"Your installation of {plugin.Slug} has no such module.");
        var module = InstallationShapes.Module(found, plugin.UserId);
        module.Remove("userId");
        return Results.Json(new { module, plugin = InstallationShapes.Direct(await shapes.PluginAsync(plugin, installed, context.RequestAborted)) }, CompatibleJson.Options);
    }

    private static async Task<IResult> PatchAsync(HttpContext context, ILifecycleOperations operations)
    {
        var body = await RequestBody.ReadAsync<PatchBody>(context);
        var values = Values(body);
        if (body.Enabled is null && body.Priority is null && values is null)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "Send 'enabled' (true or false), 'priority' (a whole number) or 'config' (field to value).");
        var request = new ConfigureModuleRequest(
            RouteValues.Slug(context, "pluginId"), ModuleId(context), body.Enabled, body.Priority, values, QueryValues.Flag(context.Request, "dry_run"));
        var outcome = await operations.ConfigureModuleAsync(context.Caller().ForOperations(context), request, context.RequestAborted);
        return outcome is OperationOutcome.Done { Result: var result }
            ? Results.Json(new { status = "success", message = $"The module {result.Module ?? request.Module} of {result.Slug} is as asked for." }, CompatibleJson.Options)
            : OperationResults.Shown(outcome, _ => new { });
    }

    /// <summary><c>config</c> as it is; <c>configFields</c> as an answer has them, each with its <c>value</c>, or field to value.</summary>
    private static JsonElement? Values(PatchBody body)
    {
        if (body.Config is not null && body.ConfigFields is not null)
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.invalid", "Send 'config' or 'configFields', not both.");
        if (body.Config is not null)
            return JsonSerializer.SerializeToElement(body.Config, CompatibleJson.Options);
        return body.ConfigFields is null ? null : JsonSerializer.SerializeToElement(
            body.ConfigFields.Where(field => field.Value.ValueKind != JsonValueKind.Object || field.Value.TryGetProperty("value", out _))
                .ToDictionary(field => field.Key, field => field.Value.ValueKind == JsonValueKind.Object ? field.Value.GetProperty("value") : field.Value, StringComparer.Ordinal),
            CompatibleJson.Options);
    }

    private static async Task<(UserInstallations Installed, InstalledPlugin Plugin, IReadOnlyList<InstalledModule> Modules)> FindAsync(HttpContext context, IInstallations installations)
    {
        var id = RouteValues.Slug(context, "pluginId");
        var installed = await installations.OfUserAsync(context.Caller().UserId, context.RequestAborted);
        return installed.TryFind(id, out var plugin)
            ? (installed, plugin, await installations.ModulesAsync(plugin.UserId, plugin.PluginId, context.RequestAborted))
            : throw new ApiProblemException(StatusCodes.Status404NotFound, "plugin.not_installed", "You have not installed this plugin.");
    }

    // {plugin_id}_{name}, or the name alone.
    private static string ModuleId(HttpContext context) =>
        context.GetRouteValue("moduleId") is string { Length: > 0 and <= 256 } text && !text.Any(char.IsControl) ? text
        : throw new ApiProblemException(StatusCodes.Status404NotFound, "module.unknown", "There is no such module.");

    private static IEnumerable<string> TagsOf(InstalledModule module) =>
        module.Json.TryGetValue("tags", out var json) ? JsonSerializer.Deserialize<string[]>(json) ?? [] : [];

    private static IEnumerable<string> Distinct(IEnumerable<string> words) =>
        words.Where(word => word.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase);

    private static int Whole(HttpRequest request, string name, int preset, int max)
    {
        var text = request.Query[name].ToString();
        if (text.Length == 0)
            return preset;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= max ? number
            : throw new ApiProblemException(StatusCodes.Status400BadRequest, "request.query", $"'{name}' is a whole number from 1{(max == int.MaxValue ? "" : $" to {max}")}.");
    }

    private sealed record PatchBody(bool? Enabled, int? Priority, JsonElementMap? Config, [property: System.Text.Json.Serialization.JsonPropertyName("configFields")] JsonElementMap? ConfigFields);

    private sealed class JsonElementMap : Dictionary<string, JsonElement>;
}
