using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>The documents of a call's user.</summary>
internal static class BrokerData
{
    /// <summary>Answers; what the store of the documents refuses is told in its own words, as a plugin in process would see it.</summary>
    public static async Task AnswerAsync(HttpContext context, OpenCall call, Func<HttpContext, OpenCall, Task> route)
    {
        try
        {
            await route(context, call);
        }
        catch (Exception exception) when (exception is not (OperationCanceledException or ArgumentException or BrokerRefusedException or CapabilityDeniedException))
        {
            throw new BrokerRefusedException(OutcomeMapping.Describe(exception));
        }
    }

    public static async Task DocumentAsync(HttpContext context, OpenCall call)
    {
        var key = BrokerMessage.Query(context, "key");
        switch (context.Request.Method)
        {
            case "GET":
                if (await call.Data.GetJsonAsync(key, context.RequestAborted) is { } json)
                    await context.Response.WriteAsync(json, context.RequestAborted);
                else
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            case "PUT":
                using (var reader = new StreamReader(context.Request.Body))
                    await call.Data.SetJsonAsync(key, await reader.ReadToEndAsync(context.RequestAborted), context.RequestAborted);
                return;
            case "DELETE":
                if (!await call.Data.RemoveAsync(key, context.RequestAborted))
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            default:
                throw new BrokerRefusedException("Documents are read, written and removed.");
        }
    }

    public static async Task DocumentsAsync(HttpContext context, OpenCall call)
    {
        var documents = await call.Data.ListJsonAsync(BrokerMessage.Query(context, "prefix"), context.RequestAborted);
        await BrokerMessage.WriteAsync(context, [.. documents.Select(document => new WorkerDocument(document.Key, document.Value))], ProtocolJson.Default.IReadOnlyListWorkerDocument);
    }
}
