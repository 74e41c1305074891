using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>The offered folders. The same checks as in process, made here; files go by in pieces, in both directions.</summary>
internal sealed class BrokerFiles(HostOffers offers)
{
    public async Task FoldersAsync(HttpContext context, WorkerSession session, OpenCall call) => await AnswerAsync(async () =>
        await BrokerMessage.WriteAsync(context, await Of(session, call).ListFoldersAsync(context.RequestAborted), ProtocolJson.Default.IReadOnlyListPluginFolder));

    public async Task ListAsync(HttpContext context, WorkerSession session, OpenCall call) => await AnswerAsync(async () =>
    {
        var after = BrokerMessage.Query(context, "after");
        var page = await Of(session, call).ListAsync(BrokerMessage.Query(context, "path"), after.Length == 0 ? null : after, context.RequestAborted);
        await BrokerMessage.WriteAsync(context, page, ProtocolJson.Default.PluginFilePage);
    });

    public async Task FileAsync(HttpContext context, WorkerSession session, OpenCall call) => await AnswerAsync(async () =>
    {
        // A plugin may be slow with a file: what bounds it is the call.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } reading)
            reading.MinDataRate = null;
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } writing)
            writing.MinDataRate = null;
        var (files, path) = (Of(session, call), BrokerMessage.Query(context, "path"));
        switch (context.Request.Method)
        {
            case "GET":
                await using (var content = await files.OpenReadAsync(path, context.RequestAborted))
                    await content.CopyToAsync(context.Response.Body, context.RequestAborted);
                return;
            case "PUT":
                await files.WriteAsync(path, context.Request.Body, context.RequestAborted);
                return;
            case "DELETE":
                if (!await files.DeleteAsync(path, context.RequestAborted))
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            default:
                throw new BrokerRefusedException("Files are read, written and deleted.");
        }
    });

    /// <summary>Lets what the machine refuses travel as what it is in process.</summary>
    public static async Task AnswerAsync(Func<Task> route)
    {
        try
        {
            await route();
        }
        catch (Exception exception) when (exception is not BadHttpRequestException && MachineRefusal.Of(exception) is not null)
        {
            throw MachineRefusal.Of(exception)!;
        }
    }

    private CallFiles Of(WorkerSession session, OpenCall call) => new(BrokerCrypto.ContextOf(session), call.User, offers, call.Ending);
}
