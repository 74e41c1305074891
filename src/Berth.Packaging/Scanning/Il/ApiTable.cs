using static Berth.Packaging.Scanning.Il.ApiUse;

namespace Berth.Packaging.Scanning.Il;

/// <summary>
/// Types and members of .NET and of common libraries, and what using them means. A row names a type, or a namespace with a
/// dot at its end; then members: exactly, by their beginning (<c>Read*</c>), or all of them (<c>*</c>). The first row that fits
/// decides, so exceptions stand before the rule.
/// </summary>
internal static class ApiTable
{
    private const string Http = "network:http-client", Socket = "network:raw-socket", Listen = "network:tcp-server", WebSocket = "network:websocket", External = "api:external-api", Internal = "api:internal-calls";
    private const string ReadData = "filesystem:read-data", ReadConfig = "filesystem:read-config", WriteData = "filesystem:write-data", WriteTemp = "filesystem:write-temp";
    private const string Spawn = "process:spawn-child", Env = "process:access-env", Signals = "process:signal-handling";
    private const string DbRead = "database:read-only", DbWrite = "database:read-write", DbAdmin = "database:admin";
    private const string Crypto = "security:crypto-operations", SignIn = "security:user-auth", Tokens = "security:token-management";

    private const ApiUse? Harmless = null;
    private static readonly ApiUse Reads = Needs(ReadData, ReadConfig, WriteData), Writes = Needs(WriteData, WriteTemp), Opens = Needs(ReadData, ReadConfig, WriteData, WriteTemp);
    private static readonly ApiUse HttpUse = Needs(Http, External, Internal), SocketUse = Needs(Socket), Database = Needs(DbRead, DbWrite, DbAdmin), Cryptography = Needs(Crypto, SignIn, Tokens);
    private static readonly ApiUse Loads = Is(IlCodes.DynamicLoading), Generates = Is(IlCodes.CodeGeneration), Reflects = Is(IlCodes.Reflection), Pointers = Is(IlCodes.UnsafeCode);

    private static readonly (string Type, string Members, ApiUse? Use)[] Rows =
    [
        // Network
        ("System.Net.Http.Headers.", "*", Harmless),
        ("System.Net.Http.HttpClient", "*", HttpUse), ("System.Net.Http.HttpMessageInvoker", "*", HttpUse), ("System.Net.Http.HttpClientHandler", "*", HttpUse),
        ("System.Net.Http.SocketsHttpHandler", "*", HttpUse), ("System.Net.Http.IHttpClientFactory", "*", HttpUse), ("System.Net.Http.Json.HttpClientJsonExtensions", "*", HttpUse),
        ("Microsoft.Extensions.DependencyInjection.HttpClientFactoryServiceCollectionExtensions", "*", HttpUse),
        ("System.Net.WebClient", "*", HttpUse), ("System.Net.WebRequest", "*", HttpUse), ("System.Net.HttpWebRequest", "*", HttpUse), ("RestSharp.RestClient", "*", HttpUse),
        ("System.Net.FtpWebRequest", "*", SocketUse), ("System.Net.WebSockets.ClientWebSocket", "*", Needs(WebSocket)),
        ("System.Net.Sockets.SocketException", "*", Harmless), ("System.Net.Sockets.TcpListener", "*", Needs(Listen, Socket)), ("System.Net.HttpListener", "*", Needs(Listen)),
        ("System.Net.Sockets.", "*", SocketUse), ("System.Net.Quic.", "*", SocketUse), ("System.Net.Dns", "*", Needs(Http, Socket)), ("System.Net.NetworkInformation.", "*", SocketUse),
        ("System.Net.Mail.SmtpClient", "*", SocketUse), ("System.IO.Pipes.", "*", SocketUse), ("Grpc.Net.Client.", "*", HttpUse), ("MailKit.", "*", SocketUse), ("Renci.SshNet.", "*", SocketUse),
        ("Microsoft.AspNetCore.Builder.WebApplication", "Run*", Needs(Listen)), ("Microsoft.AspNetCore.Builder.WebApplication", "Start*", Needs(Listen)),
        ("Microsoft.AspNetCore.Hosting.WebHostBuilderKestrelExtensions", "*", Needs(Listen)), ("Microsoft.AspNetCore.SignalR.Client.", "*", Needs(WebSocket, Http)),

        // Files
        ("System.IO.File", "Read*", Reads), ("System.IO.File", "OpenRead", Reads), ("System.IO.File", "OpenText", Reads), ("System.IO.File", "Exists", Reads), ("System.IO.File", "Get*", Reads),
        ("System.IO.File", "ResolveLinkTarget", Reads), ("System.IO.File", "Open*", Opens), ("System.IO.File", "*", Writes),
        ("System.IO.Directory", "Get*", Reads), ("System.IO.Directory", "Enumerate*", Reads), ("System.IO.Directory", "Exists", Reads), ("System.IO.Directory", "CreateTempSubdirectory", Needs(WriteTemp, WriteData)), ("System.IO.Directory", "*", Writes),
        ("System.IO.FileInfo", "Create*", Writes), ("System.IO.FileInfo", "Delete", Writes), ("System.IO.FileInfo", "MoveTo", Writes), ("System.IO.FileInfo", "CopyTo", Writes), ("System.IO.FileInfo", "Append*", Writes), ("System.IO.FileInfo", "OpenWrite", Writes), ("System.IO.FileInfo", "*", Opens),
        ("System.IO.DirectoryInfo", "Create*", Writes), ("System.IO.DirectoryInfo", "Delete", Writes), ("System.IO.DirectoryInfo", "MoveTo", Writes), ("System.IO.DirectoryInfo", "*", Reads), ("System.IO.FileSystemInfo", "*", Reads),
        ("System.IO.StreamReader", ".ctor(text)", Reads), ("System.IO.StreamWriter", ".ctor(text)", Writes),
        ("System.IO.FileStream", "*", Opens), ("System.IO.RandomAccess", "Write*", Writes), ("System.IO.RandomAccess", "*", Reads), ("System.IO.FileSystemWatcher", "*", Reads), ("System.IO.DriveInfo", "*", Reads),
        ("System.IO.MemoryMappedFiles.", "*", Opens), ("System.IO.Path", "GetTempFileName", Needs(WriteTemp, WriteData)), ("System.IO.IsolatedStorage.", "*", Writes),
        ("System.IO.Compression.ZipFile", "*", Opens), ("System.IO.Compression.ZipFileExtensions", "*", Writes), ("System.Formats.Tar.TarFile", "*", Opens),
        ("Microsoft.Extensions.FileProviders.PhysicalFileProvider", "*", Reads), ("System.Xml.Linq.XDocument", "Save*", Harmless),

        // What the host does with files and programs for plugins
        ("Berth.IPluginFiles", "WriteAsync", Needs(WriteData)), ("Berth.IPluginFiles", "DeleteAsync", Needs(WriteData)), ("Berth.IPluginFiles", "*", Needs(ReadData)),
        ("Berth.IPluginProcesses", "*", Needs(Spawn)),

        // Processes and the environment
        ("System.Diagnostics.Process", "GetCurrentProcess", Is(IlCodes.SystemInformation)), ("System.Diagnostics.Process", "get_*", Harmless), ("System.Diagnostics.Process", "*", Needs(Spawn)), ("System.Diagnostics.ProcessStartInfo", "*", Needs(Spawn)),
        ("System.Environment", "GetEnvironmentVariable*", Needs(Env)), ("System.Environment", "SetEnvironmentVariable", Needs(Env)), ("System.Environment", "ExpandEnvironmentVariables", Needs(Env)),
        ("System.Environment", "Exit", Is(IlCodes.EndsProcess)), ("System.Environment", "FailFast", Is(IlCodes.EndsProcess)), ("System.Environment", "set_ExitCode", Is(IlCodes.EndsProcess)),
        ("System.Environment", "get_MachineName", Is(IlCodes.SystemInformation)), ("System.Environment", "get_UserName", Is(IlCodes.SystemInformation)), ("System.Environment", "get_UserDomainName", Is(IlCodes.SystemInformation)), ("System.Environment", "GetFolderPath", Is(IlCodes.SystemInformation)), ("System.Environment", "GetCommandLineArgs", Is(IlCodes.SystemInformation)), ("System.Environment", "get_CommandLine", Is(IlCodes.SystemInformation)),
        ("System.Runtime.InteropServices.PosixSignalRegistration", "*", Needs(Signals)), ("System.Console", "add_CancelKeyPress", Needs(Signals)), ("System.AppDomain", "add_ProcessExit", Needs(Signals)),
        ("Microsoft.Win32.Registry", "*", Is(IlCodes.Registry)), ("Microsoft.Win32.RegistryKey", "*", Is(IlCodes.Registry)), ("System.Management.", "*", Needs(Spawn)), ("Microsoft.Extensions.Configuration.EnvironmentVariablesExtensions", "*", Needs(Env)),

        // Databases
        ("System.Data.Common.DbCommand", "ExecuteNonQuery*", Needs(DbWrite, DbAdmin)), ("System.Data.IDbCommand", "ExecuteNonQuery", Needs(DbWrite, DbAdmin)), ("System.Data.Common.DbException", "*", Harmless),
        ("System.Data.Common.", "*", Database), ("System.Data.IDb*", "*", Database), ("System.Data.Odbc.", "*", Database), ("System.Data.OleDb.", "*", Database), ("System.Data.SqlClient.", "*", Database), ("Microsoft.Data.SqlClient.", "*", Database),
        ("Microsoft.Data.Sqlite.", "*", Database), ("Npgsql.", "*", Database), ("MySqlConnector.", "*", Database), ("MongoDB.Driver.", "*", Database), ("StackExchange.Redis.", "*", Database), ("Dapper.", "*", Database),
        ("Microsoft.EntityFrameworkCore.Migrations.", "*", Needs(DbAdmin)), ("Microsoft.EntityFrameworkCore.", "*", Database), ("LiteDB.", "*", Database),

        // Keys, signing in, tokens. Digests and random numbers are nobody's secret.
        ("System.Security.Cryptography.SHA*", "*", Harmless), ("System.Security.Cryptography.MD5", "*", Harmless), ("System.Security.Cryptography.IncrementalHash", "*", Harmless), ("System.Security.Cryptography.HashAlgorithm*", "*", Harmless),
        ("System.Security.Cryptography.RandomNumberGenerator", "*", Harmless), ("System.Security.Cryptography.CryptographicOperations", "*", Harmless), ("System.Security.Cryptography.CryptographicException", "*", Harmless),
        ("System.Security.Cryptography.", "*", Cryptography), ("Microsoft.AspNetCore.DataProtection.", "*", Cryptography), ("Org.BouncyCastle.", "*", Cryptography),
        ("Microsoft.AspNetCore.Authentication.AuthenticationHttpContextExtensions", "Sign*", Needs(SignIn)), ("Microsoft.AspNetCore.Identity.", "*", Needs(SignIn)),
        ("System.IdentityModel.Tokens.Jwt.", "*", Needs(Tokens)), ("Microsoft.IdentityModel.", "*", Needs(Tokens)),

        // Code that comes from elsewhere
        ("System.Reflection.Assembly", "Load*", Loads), ("System.Reflection.Assembly", "UnsafeLoadFrom", Loads), ("System.Reflection.Assembly", "ReflectionOnlyLoad*", Loads), ("System.Reflection.Assembly", "CreateInstance", Reflects), ("System.Reflection.Assembly", "GetType*", Reflects), ("System.Reflection.Assembly", "GetExportedTypes", Reflects),
        ("System.Runtime.Loader.AssemblyLoadContext", "get_*", Harmless), ("System.Runtime.Loader.AssemblyLoadContext", "*", Loads), ("System.Runtime.Loader.AssemblyDependencyResolver", "*", Loads), ("System.Reflection.MetadataLoadContext", "*", Loads),
        ("System.AppDomain", "Load", Loads), ("System.AppDomain", "CreateInstance*", Loads), ("System.AppDomain", "ExecuteAssembly*", Loads), ("System.AppDomain", "add_AssemblyResolve", Loads), ("System.AppDomain", "add_TypeResolve", Loads), ("System.AppDomain", "GetAssemblies", Reflects),
        ("System.Activator", "CreateInstanceFrom", Loads), ("System.Activator", "CreateInstance(text)", Loads), ("System.Activator", "CreateInstance", Reflects), ("System.Runtime.InteropServices.NativeLibrary", "*", Loads),
        ("System.Reflection.Emit.OpCodes", "*", Harmless), ("System.Reflection.Emit.", "*", Generates), ("System.Linq.Expressions.Expression*", "Compile*", Is(IlCodes.CodeGeneration, Severity.Medium)), ("System.Linq.Expressions.LambdaExpression", "Compile*", Is(IlCodes.CodeGeneration, Severity.Medium)),
        ("System.CodeDom.Compiler.GeneratedCodeAttribute", "*", Harmless), ("System.CodeDom.Compiler.", "*", Generates), ("Microsoft.CodeAnalysis.CSharp.Scripting.", "*", Generates), ("Microsoft.CodeAnalysis.Scripting.", "*", Generates), ("Microsoft.CodeAnalysis.CSharp.CSharpCompilation", "*", Generates),
        ("Microsoft.CSharp.CSharpCodeProvider", "*", Generates), ("Microsoft.VisualBasic.VBCodeProvider", "*", Generates), ("Jint.Engine", "*", Generates), ("Microsoft.ClearScript.", "*", Generates), ("IronPython.", "*", Generates), ("Microsoft.Scripting.", "*", Generates), ("MoonSharp.", "*", Generates), ("System.Management.Automation.", "*", Needs(Spawn)),
        ("System.Runtime.Serialization.Formatters.", "*", Is(IlCodes.Deserialization)), ("System.Runtime.Serialization.NetDataContractSerializer", "*", Is(IlCodes.Deserialization)), ("System.Web.UI.LosFormatter", "*", Is(IlCodes.Deserialization)), ("System.Web.UI.ObjectStateFormatter", "*", Is(IlCodes.Deserialization)), ("System.Resources.ResourceReader", ".ctor", Is(IlCodes.Deserialization, Severity.Low)),

        // Reflection that calls
        ("System.Type", "GetType", Reflects), ("System.Type", "InvokeMember", Reflects), ("System.Type", "GetTypeFromCLSID", Reflects), ("System.Type", "GetTypeFromProgID", Reflects),
        ("System.Reflection.MethodBase", "Invoke", Reflects), ("System.Reflection.MethodInfo", "Invoke", Reflects), ("System.Reflection.MethodInfo", "CreateDelegate", Reflects), ("System.Reflection.ConstructorInfo", "Invoke", Reflects), ("System.Reflection.MethodInvoker", "*", Reflects), ("System.Reflection.ConstructorInvoker", "*", Reflects),
        ("System.Reflection.FieldInfo", "SetValue*", Reflects), ("System.Reflection.FieldInfo", "GetValue*", Reflects), ("System.Reflection.PropertyInfo", "SetValue", Reflects), ("System.Reflection.PropertyInfo", "GetValue", Is(IlCodes.Reflection, Severity.Low)),
        ("System.Delegate", "DynamicInvoke", Reflects), ("System.Delegate", "CreateDelegate", Reflects), ("System.Runtime.CompilerServices.RuntimeHelpers", "GetUninitializedObject", Reflects), ("System.Runtime.CompilerServices.RuntimeHelpers", "PrepareMethod", Reflects), ("Microsoft.CSharp.RuntimeBinder.", "*", Is(IlCodes.Reflection, Severity.Low)),

        // Memory
        ("System.Runtime.InteropServices.Marshal", "GetLast*", Harmless), ("System.Runtime.InteropServices.Marshal", "SetLast*", Harmless), ("System.Runtime.InteropServices.Marshal", "GetDelegateForFunctionPointer", Is(IlCodes.UnsafeCode, Severity.High)), ("System.Runtime.InteropServices.Marshal", "*", Pointers),
        ("System.Runtime.CompilerServices.Unsafe", "*", Pointers), ("System.Runtime.InteropServices.NativeMemory", "*", Pointers), ("System.Buffer", "MemoryCopy", Pointers),
    ];

    private static readonly Dictionary<string, List<(string Members, ApiUse? Use)>> ByType = Rows
        .Where(row => !row.Type.EndsWith('.') && !row.Type.EndsWith('*')).GroupBy(row => row.Type).ToDictionary(group => group.Key, group => group.Select(row => (row.Members, row.Use)).ToList());

    private static readonly (string Prefix, string Members, ApiUse? Use)[] ByPrefix = [.. Rows.Where(row => row.Type.EndsWith('.') || row.Type.EndsWith('*')).Select(row => (row.Type.TrimEnd('*'), row.Members, row.Use))];

    /// <summary>Every capability that some member needs.</summary>
    public static IEnumerable<string> CapabilitiesLookedFor => Rows.SelectMany(row => row.Use?.AnyOf ?? []).Distinct();

    /// <summary>What the use of a member means, or <see langword="null"/> for nothing. Exact types first, then namespaces.</summary>
    public static ApiUse? Find(string type, string member)
    {
        if (ByType.TryGetValue(type, out var rows))
        {
            foreach (var (members, use) in rows)
            {
                if (Fits(members, member))
                    return use;
            }
        }

        foreach (var (prefix, members, use) in ByPrefix)
        {
            if (type.StartsWith(prefix, StringComparison.Ordinal) && Fits(members, member))
                return use;
        }

        return null;
    }

    /// <summary>What a type's name in a text means: whoever writes it out means to reach the type by reflection.</summary>
    public static ApiUse? FindNamed(string text)
    {
        var end = text.AsSpan().IndexOfAny(',', ' ', '[');
        var type = end < 0 ? text : text[..end];
        return type.Length is > 8 and < 200 && ByType.TryGetValue(type, out var rows) ? rows[^1].Use : null;
    }

    private static bool Fits(string pattern, string member) =>
        pattern == "*" || (pattern.EndsWith('*') ? member.StartsWith(pattern[..^1], StringComparison.Ordinal) : pattern == member);
}
