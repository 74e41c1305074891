namespace Berth.Packaging.Scanning.Il;

/// <summary>Findings in assemblies and native code.</summary>
internal static class IlCodes
{
    public static readonly FindingCode UndeclaredCapability = new(
        "scan.il.undeclared_capability", Severity.High, "Declare the capability under security.capabilities, or leave out the code that needs it.");

    public static readonly FindingCode HiddenReference = new(
        "scan.il.hidden_reference", Severity.High, "Call the type directly and declare the capability it needs, or leave it out.");

    public static readonly FindingCode Reflection = new(
        "scan.il.reflection", Severity.Medium, "Call members directly or through an interface; generate code at build time where names are needed.");

    public static readonly FindingCode PrivateAccess = new(
        "scan.il.private_access", Severity.Low, "Use the public members of the other assembly.");

    public static readonly FindingCode DynamicLoading = new(
        "scan.il.dynamic_loading", Severity.High, "Reference the assemblies and put them under lib/net10.0; the host loads them.");

    public static readonly FindingCode CodeGeneration = new(
        "scan.il.code_generation", Severity.High, "Generate code at build time.");

    public static readonly FindingCode Deserialization = new(
        "scan.il.unsafe_deserialization", Severity.High, "Use System.Text.Json with types that are known.");

    public static readonly FindingCode PInvoke = new(
        "scan.il.pinvoke", Severity.High, "Use managed code. A plugin with native calls runs in a process of its own at best.");

    public static readonly FindingCode UnsafeCode = new(
        "scan.il.unsafe_code", Severity.Medium, "Use spans in place of pointers and of Marshal.");

    public static readonly FindingCode FunctionPointer = new(
        "scan.il.function_pointer", Severity.Medium, "Use delegates in place of function pointers.");

    public static readonly FindingCode MixedMode = new(
        "scan.il.mixed_mode", Severity.High, "Build the assembly as pure IL.");

    public static readonly FindingCode ModuleInitializer = new(
        "scan.il.module_initializer", Severity.Low, "Do the work in ConfigureServices or StartAsync, where it has a time limit and a log.");

    public static readonly FindingCode EmbeddedExecutable = new(
        "scan.il.embedded_executable", Severity.High, "Put assemblies under lib/net10.0 as files of their own.");

    public static readonly FindingCode EncodedExecutable = new(
        "scan.il.encoded_executable", Severity.High, "Leave it out. Programs in the shape of text have no place in a plugin.");

    public static readonly FindingCode NativeBinary = new(
        "scan.il.native_binary", Severity.High, "Use managed code, or WebAssembly under vm/.");

    public static readonly FindingCode EndsProcess = new(
        "scan.il.ends_process", Severity.High, "Throw an exception, or report the plugin as unhealthy.");

    public static readonly FindingCode Registry = new(
        "scan.il.registry", Severity.High, "Keep settings in IUserSettings and data in IUserData.");

    public static readonly FindingCode SystemInformation = new(
        "scan.il.system_information", Severity.Low, "Leave it out unless users need to see it.");

    public static readonly FindingCode AccessChecks = new(
        "scan.il.access_checks", Severity.High, "Remove IgnoresAccessChecksTo and use public members.");

    public static readonly FindingCode Broken = new(
        "scan.il.broken", Severity.High, "Build the assembly again with the .NET SDK, without obfuscator.");

    public static readonly FindingCode TooLarge = new(
        "scan.il.too_large", Severity.Medium, "Split the assembly, or leave out what is generated.");

    public static IReadOnlyList<FindingCode> All { get; } =
    [
        UndeclaredCapability, HiddenReference, Reflection, PrivateAccess, DynamicLoading, CodeGeneration, Deserialization, PInvoke, UnsafeCode, FunctionPointer,
        MixedMode, ModuleInitializer, EmbeddedExecutable, EncodedExecutable, NativeBinary, EndsProcess, Registry, SystemInformation, AccessChecks, Broken, TooLarge,
    ];
}
