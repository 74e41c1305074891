using Berth.Events;
using Berth.Host.Events;
using Microsoft.Extensions.DependencyInjection;

namespace Berth.Host.Observability;

/// <summary>Counts each event before it goes where it was going. Nothing is lost here, however slow its readers are.</summary>
internal sealed class MeasuredEvents(IHostEvents inner, EventMetrics metrics) : IHostEvents
{
    /// <summary>Puts itself around whatever the container has for events so far.</summary>
    public static void PutAround(IServiceCollection services)
    {
        var inner = services.Last(service => service.ServiceType == typeof(IHostEvents));
        services.Remove(inner);
        services.AddSingleton<IHostEvents>(provider => Around(Make(inner, provider), provider.GetRequiredService<EventMetrics>()));
    }

    public void Raise(BerthEvent happened, PluginVersionId? plugin = null, string? userId = null)
    {
        metrics.Note(happened);
        inner.Raise(happened, plugin, userId);
    }

    private static MeasuredEvents Around(IHostEvents inner, EventMetrics metrics)
    {
        if (inner is EventBus bus)
            bus.RaisedItself = metrics.Note;
        return new MeasuredEvents(inner, metrics);
    }

    private static IHostEvents Make(ServiceDescriptor service, IServiceProvider provider) => (IHostEvents)(
        service.ImplementationInstance
        ?? service.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, service.ImplementationType!));
}
