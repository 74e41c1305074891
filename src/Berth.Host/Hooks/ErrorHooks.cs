using Berth.Host.Health;

namespace Berth.Host.Hooks;

/// <summary>
/// Tells one instance's hooks of failures: one at a time and at most one a second, so that a plugin that fails a thousand
/// times a second is not kept busy with being told. What is left out is counted. Never of a failure of a hook itself.
/// </summary>
internal sealed class ErrorHooks(RunningInstance instance, HookRunner runner)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private long _told;
    private long _untold;
    private bool _isTelling;

    public void Tell(in EndedCall call)
    {
        if (call.Kind != CallKind.Hook)
            Tell(call.Kind.ToString().ToLowerInvariant(), call.Call, call.Reason ?? "");
    }

    public void Tell(string kind, object call, string reason)
    {
        long untold;
        lock (_gate)
        {
            if (_isTelling || (_told != 0 && instance.Time.GetElapsedTime(_told) < Interval))
            {
                _untold++;
                return;
            }

            (untold, _untold) = (_untold, 0);
            _isTelling = true;
        }

        _ = TellAsync(new PluginError(kind, call.ToString() ?? "", reason, untold));
    }

    private async Task TellAsync(PluginError error)
    {
        await runner.OnErrorAsync(instance, error);
        lock (_gate)
        {
            _told = instance.Time.GetTimestamp();
            _isTelling = false;
        }
    }
}
