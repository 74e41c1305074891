namespace Berth.Host.Graph.Loading;

/// <summary>The host does not start: a plugin that it is not to start without does not run.</summary>
public sealed class CriticalPluginException : Exception
{
    /// <summary>Names every one of them with its reason, on one line.</summary>
    public CriticalPluginException(IEnumerable<InstanceLoad> failures)
        : base(string.Join(" ", failures.Select(load => $"The critical plugin {load.Id} does not run ({load.Failure!.Code}): {load.Failure.Message}").Select(text => text.ReplaceLineEndings(" ")))
            + " Mend or uninstall it, or start in safe mode.")
    {
    }
}
