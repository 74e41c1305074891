using System.Diagnostics.CodeAnalysis;
using Berth.Host.States;

namespace Berth.Host;

/// <summary>How a version is kept from running, and let run again.</summary>
internal sealed partial class VersionSlot
{
    private Quarantine? _quarantine;

    // Cancelled while the version is quarantined: what brings it up gives up. Never disposed: a load may look at it late.
    private CancellationTokenSource _givenUp = new();

    /// <summary>
    /// Keeps the version from running, at once: no lease is given, calls are answered, workers are killed, in process the calls
    /// are cancelled and the plugin is told to stop, and a load that runs is given up. No hook of the plugin runs. Completes when
    /// nothing of it runs any more, as far as that can be had. After a failure of the plugin's own code: the same.
    /// </summary>
    public async Task QuarantineAsync(Quarantine quarantine)
    {
        StopAll(quarantine);
        while (HasToWait(quarantine, out var ending))
            await ending;
        Task[] others;
        lock (_gate)
            others = [.. _replaced.Values, _reloading ?? Task.CompletedTask];
        await Task.WhenAll(others);
    }

    /// <summary>Lets the version run again. Returns whether it was quarantined.</summary>
    public bool EndQuarantine()
    {
        lock (_gate)
        {
            if (_quarantine is null)
                return false;
            (_quarantine, _givenUp) = (null, new CancellationTokenSource());
            if (_state.Current == InstanceState.Quarantined)
            {
                _state.Move(InstanceState.Discovered, "released");
                (_failure, _leakRoots) = (null, []);
            }

            return true;
        }
    }

    // Under one lock with the change of state: a worker that is killed here must not look like one that crashed.
    private void StopAll(Quarantine quarantine)
    {
        lock (_gate)
        {
            _quarantine = quarantine;
            _ = _givenUp.CancelAsync().ContinueWith(static task => task.Exception, TaskScheduler.Default);
            var refusal = quarantine.ToOutcome(_id);
            if (_state.IsRunning)
            {
                _running!.Close();
                _running.Stop(refusal);
                _ = StartUnload(_running, "quarantine");
            }

            // On their way out already, and no quicker for it until now.
            _running?.Stop(refusal);
            foreach (var replaced in _replaced.Keys)
                replaced.Stop(refusal);
        }
    }

    // What has to end first; nothing when the version is out, or was released meanwhile.
    private bool HasToWait(Quarantine quarantine, [NotNullWhen(true)] out Task? ending)
    {
        lock (_gate)
        {
            ending = null;
            if (!ReferenceEquals(_quarantine, quarantine) || _state.Current == InstanceState.Quarantined)
                return false;
            ending = _state.Current switch
            {
                InstanceState.Loading => _loading,
                InstanceState.Draining or InstanceState.Unloading => _unloading,
                InstanceState.Failed when !_failure!.CleanUp.IsCompleted => _failure.CleanUp,
                _ => null,
            };
            if (ending is null)
                _state.Move(InstanceState.Quarantined, quarantine.Reason);
            return ending is not null;
        }
    }
}
