using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Loading;
using Berth.Worker.Protocol;
using Berth.Worker.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Berth.Worker.Control;

/// <summary>What the host asks of the plugin besides its endpoints: start, stop, health, guards, hooks, lifecycle calls, services, events.</summary>
internal sealed class ControlHandler(LoadedPlugin plugin, BrokerClient broker)
{
    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await AnswerAsync(context);
        }
        catch (Exception exception)
        {
            if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
                context.Abort();
            else
                await RequestHandler.WriteAsync(context, OutcomeMapping.Of(exception));
        }
    }

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/start" => StartAsync(context),
        "/stop" => plugin.StopAsync(CancellationToken.None),
        "/dispose" => plugin.DisposeAsync(),
        "/health" => HealthAsync(context),
        "/guards" => GuardAsync(context),
        "/hooks" => HookAsync(context),
        "/lifecycle" => LifecycleAsync(context),
        "/services" => ServiceAsync(context),
        "/events" => EventAsync(context),
        var path => throw new InvalidOperationException($"This worker does not know '{path}'."),
    };

    private async Task StartAsync(HttpContext context)
    {
        await plugin.StartAsync(context.RequestAborted);
        BackgroundTeller.Watch(plugin, broker);
    }

    private async Task HealthAsync(HttpContext context)
    {
        var report = plugin.Provider.GetService<HealthCheckService>() is { } checks ? await checks.CheckHealthAsync(context.RequestAborted) : null;
        IReadOnlyList<WorkerHealthEntry> entries = [.. report?.Entries.Select(entry => new WorkerHealthEntry(
            entry.Key,
            entry.Value.Status.ToString(),
            entry.Value.Description ?? (entry.Value.Exception is { } thrown ? OutcomeMapping.Describe(thrown) : null))) ?? []];
        await AnswerAsync(context, new WorkerHealth(entries), ProtocolJson.Default.WorkerHealth);
    }

    private async Task GuardAsync(HttpContext context)
    {
        var question = await ReadAsync(context, ProtocolJson.Default.WorkerGuardQuestion);
        // A guard of the request's own plugin runs among that request's services.
        if (plugin.Requests.TryGetValue(question.Call, out var services))
        {
            await DecideAsync(context, services, question);
            return;
        }

        await using var scope = Enter(question.Call, question.User, context.RequestAborted);
        await DecideAsync(context, scope.ServiceProvider, question);
    }

    private static async Task DecideAsync(HttpContext context, IServiceProvider services, WorkerGuardQuestion question)
    {
        if (services.GetKeyedService<IGuard>(NameOf(context)) is not { } guard)
            throw new InvalidOperationException($"The guard '{NameOf(context)}' is not in the plugin's services.");
        var decision = await guard.DecideAsync(
            new GuardContext
            {
                Guard = NameOf(context),
                Plugin = question.Plugin,
                PluginVersion = question.PluginVersion,
                User = new CallUser(question.User),
                Method = question.Method,
                Path = question.Path,
                Route = question.Route,
                RouteValues = question.RouteValues,
                Capabilities = question.Capabilities.ToHashSet(StringComparer.Ordinal),
            },
            context.RequestAborted);
        await AnswerAsync(context, new WorkerGuardAnswer(decision?.IsAllowed, decision?.Reason), ProtocolJson.Default.WorkerGuardAnswer);
    }

    private async Task HookAsync(HttpContext context)
    {
        var hooks = plugin.Provider.GetRequiredKeyedService<ILifecycleHooks>(NameOf(context));
        switch (context.Request.Query["kind"].ToString())
        {
            case "before_load":
                await hooks.BeforeLoadAsync(context.RequestAborted);
                break;
            case "after_load":
                await hooks.AfterLoadAsync(context.RequestAborted);
                break;
            case "before_unload":
                await hooks.BeforeUnloadAsync(context.RequestAborted);
                break;
            case "after_unload":
                await hooks.AfterUnloadAsync(context.RequestAborted);
                break;
            case "on_error":
                var error = await ReadAsync(context, ProtocolJson.Default.WorkerError);
                await hooks.OnErrorAsync(new PluginError(error.Kind, error.Call, error.Reason, error.Untold), context.RequestAborted);
                break;
            case var kind:
                throw new InvalidOperationException($"This worker does not know the hook '{kind}'.");
        }
    }

    private async Task LifecycleAsync(HttpContext context)
    {
        var manager = plugin.LifecycleManager ?? throw new InvalidOperationException("The plugin has no lifecycle manager of its own.");
        var asked = await ReadAsync(context, ProtocolJson.Default.WorkerInstallation);
        await using var scope = Enter(asked.Call, asked.User, context.RequestAborted);
        var installation = new UserInstallation(new CallUser(asked.User), asked.Slug, asked.Version, new CallUserData(broker, asked.Call, context.RequestAborted), asked.SettingsJson);
        switch (NameOf(context))
        {
            case "install":
                await manager.InstallAsync(installation, context.RequestAborted);
                break;
            case "uninstall":
                await manager.UninstallAsync(installation, context.RequestAborted);
                break;
            case "export":
                var export = await manager.ExportAsync(installation, context.RequestAborted);
                await AnswerAsync(context, new WorkerExport(export.Version, [.. export.Documents.Select(document => new WorkerDocument(document.Key, document.Value))]), ProtocolJson.Default.WorkerExport);
                break;
            case "import":
                var old = asked.Old ?? throw new InvalidOperationException("There is nothing to import.");
                await manager.ImportAsync(installation, new UserDataExport(old.Version, [.. old.Documents.Select(document => KeyValuePair.Create(document.Key, document.Json))]), context.RequestAborted);
                break;
            case "check":
                var result = await manager.CheckAsync(installation, context.RequestAborted);
                await AnswerAsync(context, new WorkerCheck(result.IsHealthy, result.Problems), ProtocolJson.Default.WorkerCheck);
                break;
            case var call:
                throw new InvalidOperationException($"This worker does not know the lifecycle call '{call}'.");
        }
    }

    private async Task ServiceAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var offer = plugin.Offers.FirstOrDefault(one => string.Equals(one.Token, NameOf(context), StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"The plugin does not offer '{NameOf(context)}'.");
        var user = UserHeader.Decode(context.Request.Headers[WorkerProtocol.UserHeader].ToString());
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        await using var scope = Enter(context.Request.Headers[WorkerProtocol.CallHeader].ToString(), user, context.RequestAborted);
        var service = scope.ServiceProvider.GetRequiredService(offer.Implementation);
        var operation = query["operation"].ToString();
        if (query["stream"] == "1")
        {
            await context.Response.StartAsync(context.RequestAborted);
            await Frames.WriteAllAsync(context.Response.Body, offer.Contract.StreamAsync(service, operation, body.ToArray(), context.RequestAborted), context.RequestAborted);
            return;
        }

        var answer = await offer.Contract.InvokeAsync(service, operation, body.ToArray(), context.RequestAborted);
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private async Task EventAsync(HttpContext context)
    {
        var happened = await ReadAsync(context, ProtocolJson.Default.WorkerEvent);
        await plugin.Events.HandleAsync(long.Parse(context.Request.Query["id"].ToString(), System.Globalization.CultureInfo.InvariantCulture), happened, context.RequestAborted);
    }

    private AsyncServiceScope Enter(string call, WorkerUser user, CancellationToken ending)
    {
        var scope = plugin.Provider.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<WorkerCall>().Enter(call, user, ending);
        return scope;
    }

    private static string NameOf(HttpContext context) => context.Request.Query["name"].ToString();

    private static async Task<T> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type) =>
        await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted)
        ?? throw new InvalidOperationException("The host sent nothing.");

    private static async Task AnswerAsync<T>(HttpContext context, T answer, JsonTypeInfo<T> type)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, type);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
