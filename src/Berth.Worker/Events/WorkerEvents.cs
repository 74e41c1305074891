using System.Collections.Concurrent;
using System.Text;
using Berth.Events;
using Berth.Worker.Broker;
using Berth.Worker.Calls;
using Berth.Worker.Protocol;

namespace Berth.Worker.Events;

/// <summary>The plugin's door to events. The host keeps the rules and the queues; here are the handlers.</summary>
internal sealed class WorkerEvents(BrokerClient broker) : IPluginEvents
{
    private readonly ConcurrentDictionary<long, Func<ReceivedEvent, CancellationToken, Task>> _handlers = new();
    private long _last;

    public async ValueTask PublishJsonAsync(string name, string json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(json);
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        (await broker.SendAsync(HttpMethod.Post, $"/events/publish?{BrokerClient.Query("name", name)}&{BrokerClient.Query("call", WorkerCall.Current?.Id ?? "")}", content, cancellationToken)).Dispose();
    }

    public IDisposable Subscribe(EventSelection selection, Func<ReceivedEvent, CancellationToken, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(handler);
        var id = Interlocked.Increment(ref _last);
        // There before the host knows: its first event may come while the answer is on its way.
        _handlers[id] = handler;
        try
        {
            var message = new WorkerSubscription(id, selection.Type, selection.Slug, selection.Name, selection.DurableName);
            Task.Run(() => broker.PostAsync("/events/subscribe", message, ProtocolJson.Default.WorkerSubscription, CancellationToken.None)).GetAwaiter().GetResult();
        }
        catch
        {
            _handlers.TryRemove(id, out _);
            throw;
        }

        return new Subscription(this, id);
    }

    /// <summary>Calls the handler of a subscription; one that has ended has nobody to call.</summary>
    public async Task HandleAsync(long id, WorkerEvent happened, CancellationToken cancellationToken)
    {
        if (_handlers.TryGetValue(id, out var handler) && EventCatalogue.Read(happened.Type, happened.DataJson) is { } data)
            await handler(new ReceivedEvent(data, happened.At, happened.Number), cancellationToken);
    }

    private void Leave(long id)
    {
        if (_handlers.TryRemove(id, out _))
            _ = TellAsync(id);
    }

    private async Task TellAsync(long id)
    {
        try
        {
            (await broker.SendAsync(HttpMethod.Post, $"/events/unsubscribe?id={id}", null, CancellationToken.None)).Dispose();
        }
        catch (RemoteFailureException)
        {
            // The host is going, and its end of the subscription with it.
        }
    }

    private sealed class Subscription(WorkerEvents events, long id) : IDisposable
    {
        public void Dispose() => events.Leave(id);
    }
}
