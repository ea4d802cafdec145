import pulumi from "@pulumi/eslint-plugin";
import tseslint from "typescript-eslint";

export default tseslint.config(
    { ignores: ["dist/", ".pulumi/", "release/", "template/"] },
    {
        // All that tsconfig.json knows.
        files: ["{components,stacks,examples,policy,tests,toolchain}/**/*.ts", "{components,toolchain}/**/*.mjs"],
        extends: [tseslint.configs.recommendedTypeChecked],
        languageOptions: { parserOptions: { projectService: true } },
        plugins: { "@pulumi": pulumi },
        rules: {
            // `{ one: _, ...rest }` is how to leave one out.
            "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
            "@pulumi/no-output-in-template-literal": "error",
            "@pulumi/no-output-instance-in-template-literal": "error",
        },
    },
    {
        files: ["toolchain/**/*.mjs"],
        rules: {
            // A step's functions are asynchronous whether or not this one has to wait: what it throws is a rejection.
            "@typescript-eslint/require-await": "off",
        },
    },
    {
        files: ["tests/**/*.ts"],
        rules: {
            // mocha's describe and it return nothing to wait for.
            "@typescript-eslint/no-floating-promises": "off",
        },
    },
);
