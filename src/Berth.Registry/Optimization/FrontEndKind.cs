using System.Text.Json.Serialization;

namespace Berth.Registry.Optimization;

/// <summary>How a front end was built: what may be done to it depends on it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FrontEndKind>))]
public enum FrontEndKind
{
    /// <summary>The plugin has no front end.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    /// <summary>The entry is a Module Federation container, or another file of webpack's.</summary>
    [JsonStringEnumMemberName("webpack")]
    Webpack,

    /// <summary>The entry is an ES module.</summary>
    [JsonStringEnumMemberName("es_module")]
    EsModule,

    /// <summary>The entry is a classic script of another make.</summary>
    [JsonStringEnumMemberName("script")]
    Script,

    /// <summary>The entry could not be read as a script; nothing in it is touched.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,
}
