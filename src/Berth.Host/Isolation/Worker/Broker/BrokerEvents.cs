using Berth.Events;
using Berth.Host.Events.Plugins;
using Berth.Host.Services;
using Berth.Worker.Protocol;
using Microsoft.AspNetCore.Http;

namespace Berth.Host.Isolation.Worker.Broker;

/// <summary>A worker's door to events: the host's own rules, limits and queues; only the handlers are at the other end.</summary>
internal static class BrokerEvents
{
    public static async Task PublishAsync(HttpContext context, WorkerSession session)
    {
        var call = session.Find(BrokerMessage.Query(context, "call"));
        using var reader = new StreamReader(context.Request.Body);
        var json = await reader.ReadToEndAsync(context.RequestAborted);
        PluginScope.Current = new PluginScope(session.Id, call?.User.User.Id);
        await EventsOf(session).PublishJsonAsync(BrokerMessage.Query(context, "name"), json, context.RequestAborted);
    }

    public static async Task SubscribeAsync(HttpContext context, WorkerSession session)
    {
        var asked = await BrokerMessage.ReadAsync(context, ProtocolJson.Default.WorkerSubscription);
        var connection = session.Parts?.Worker?.Connection ?? throw Early();
        var subscription = EventsOf(session).Subscribe(
            new EventSelection(asked.Type, asked.Slug, asked.Name, asked.DurableName),
            (received, cancellation) => connection.PostAsync(
                $"/events?id={asked.Id}",
                new WorkerEvent(EventCatalogue.DescriptionOf(received.Data.GetType())!.Type, EventCatalogue.Write(received.Data), received.At, received.Number),
                ProtocolJson.Default.WorkerEvent,
                cancellation));
        if (!session.Subscriptions.TryAdd(asked.Id, subscription))
        {
            subscription.Dispose();
            throw new BrokerRefusedException($"The worker has a subscription {asked.Id} already.");
        }
    }

    public static void Unsubscribe(HttpContext context, WorkerSession session)
    {
        if (session.Subscriptions.TryRemove(BrokerMessage.Number(context, "id"), out var subscription))
            subscription.Dispose();
    }

    private static PluginEvents EventsOf(WorkerSession session) => session.Parts?.Events ?? throw Early();

    private static BrokerRefusedException Early() => new("Events are there from IPlugin.StartAsync on, and until the version is unloaded.");
}
