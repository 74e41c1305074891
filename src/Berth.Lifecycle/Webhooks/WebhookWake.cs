namespace Berth.Lifecycle.Webhooks;

/// <summary>Wakes the sender of this node when somebody here made something for it.</summary>
internal sealed class WebhookWake
{
    private volatile TaskCompletionSource _next = New();

    public Task NextAsync() => _next.Task;

    public void Pulse() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
