using System.Diagnostics;

namespace Berth.Host.Guards;

/// <summary>
/// The guards of one request, through as many plugins as they lead: who has said yes already, so that each is asked once,
/// and who is being asked, so that no two wait for each other. One request asks one guard at a time, so there is no lock.
/// </summary>
/// <param name="request">What all guards are told.</param>
/// <param name="cancellationToken">Cancelled when the request is over.</param>
internal sealed class GuardRound(GuardContext request, CancellationToken cancellationToken)
{
    private readonly List<GuardSpec> _passed = [];
    private readonly List<GuardSpec> _asking = [];

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The request's activity: guards of other plugins run in flows of their own.</summary>
    public Activity? Activity { get; } = Activity.Current;

    public string Method => request.Method;

    public string Route => request.Route;

    public IPluginUser User => request.User;

    /// <summary>What the guard is told.</summary>
    public GuardContext ContextFor(GuardSpec guard) => request with { Guard = guard.Name };

    public bool HasPassed(GuardSpec guard) => _passed.Contains(guard);

    /// <summary>False when the guard is being asked already: then it waits for itself.</summary>
    public bool TryEnter(GuardSpec guard)
    {
        if (_asking.Contains(guard))
            return false;
        _asking.Add(guard);
        return true;
    }

    public void Leave(GuardSpec guard, GuardVerdict verdict)
    {
        _asking.Remove(guard);
        if (verdict is GuardVerdict.Allowed)
            _passed.Add(guard);
    }
}
