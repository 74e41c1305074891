using Berth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plugins.Http;

namespace Notes;

/// <summary>Per-user notes: the same API over each format.</summary>
public sealed class NotesPlugin : IPlugin
{
    public void ConfigureServices(IServiceCollection services, IPluginContext plugin)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolver = NotesJson.Default);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(new VersionAnswer(plugin.Slug, plugin.Version));
        services.AddUserSettings(NotesJson.Default.NotesSettings);
        services.AddScoped<NoteBook>();
    }

    public void MapEndpoints(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/version", NotesEndpoints.Version);
        endpoints.MapGet("/notes", NotesEndpoints.Search);
        endpoints.MapPost("/notes", NotesEndpoints.Create);
        endpoints.MapGet("/notes/{id}", NotesEndpoints.Read);
        endpoints.MapPut("/notes/{id}", NotesEndpoints.Replace);
        endpoints.MapDelete("/notes/{id}", NotesEndpoints.Delete);
    }
}
